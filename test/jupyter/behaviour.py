"""What a notebook's user sees of the kernel beyond the conformance suite. Each test talks to a real kernel."""
import os
import signal
import subprocess
import sys
import threading
import time
import unittest

from jupyter_client.manager import start_new_kernel


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0] != "Z"


def gone(pid):
    """Whether a process is gone within ten seconds."""
    for _ in range(100):
        if not alive(pid):
            return True
        time.sleep(0.1)
    return False


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


class Behaviour(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.manager, cls.client = start_new_kernel(kernel_name="spanlab")

    @classmethod
    def tearDownClass(cls):
        cls.client.stop_channels()
        cls.manager.shutdown_kernel()

    def run_cell(self, code, **options):
        """The reply's content, and outputs as (type, content)."""
        outputs = []
        keep = lambda message: outputs.append((message["msg_type"], message["content"]))
        reply = self.client.execute_interactive(code, timeout=60, output_hook=keep, **options)
        return reply["content"], [output for output in outputs if output[0] not in ("status", "execute_input")]

    def result(self, code):
        reply, outputs = self.run_cell(code)
        self.assertEqual(reply["status"], "ok", reply)
        return outputs[-1][1]["data"]

    def interrupted(self, code):
        timer = threading.Timer(0.7, self.manager.interrupt_kernel)
        timer.start()
        return self.run_cell(code)[0]

    def test_error_shows_the_lines_of_the_cells(self):
        reply, outputs = self.run_cell(
            "interface A { x: number }\n// a comment\nfunction grow(a: A) {\n  if (a.x > 1) {\n    throw new RangeError('too big');\n  }\n}\n\ngrow({ x: 2 });"
        )
        self.assertEqual((reply["ename"], reply["evalue"]), ("RangeError", "too big"))
        self.assertEqual(outputs[0][0], "error")
        self.assertEqual(
            outputs[0][1]["traceback"],
            ["RangeError: too big", "    at grow (this cell, line 5)", "    at this cell, line 9"],
        )

    def test_error_in_a_function_of_an_earlier_cell(self):
        self.run_cell("type N = number;\n\nfunction fail(n: N): never {\n  throw new Error('no ' + n);\n}")
        reply, _ = self.run_cell("await Promise.resolve();\n\nfail(7);")
        self.assertRegex(reply["traceback"][1], r"at fail \(cell\d+\.ts, line 4\)")
        self.assertRegex(reply["traceback"][2], r"this cell, line 3")

    def test_type_error(self):
        reply, _ = self.run_cell("const wrong: number = 'a';")
        self.assertEqual(reply["traceback"], ["1:7 - Type 'string' is not assignable to type 'number'."])

    def test_what_is_not_typescript_or_not_there_says_what_to_do(self):
        reply, _ = self.run_cell("unknownName + unknownName;")
        self.assertEqual(len(reply["traceback"]), 1)
        self.assertRegex(reply["evalue"], "Cannot find name .unknownName.*Run the cell that defines it first")
        reply, _ = self.run_cell("import { x } from 'not-a-package';")
        self.assertIn("npm install not-a-package", reply["evalue"])
        for code, words in [("%%time\n1 + 1", "medianMilliseconds"), ("!ls -l", "execSync(\"ls -l\")"), ("%pip install x", "TypeScript")]:
            self.assertIn(words, self.run_cell(code)[0]["evalue"])
        self.assertEqual(self.result("!true")["text/plain"], "false")
        self.assertEqual(self.result("!(1 > 2)")["text/plain"], "true")

    def test_the_function_is_shown_inside_its_parentheses(self):
        code = "Math.max(1, "
        self.client.inspect(code, len(code))
        shown = self.client.get_shell_msg(timeout=30)["content"]
        self.assertTrue(shown["found"])
        self.assertIn("max(...values", shown["data"]["text/plain"])

    def test_variables_of_earlier_cells_in_shorthand(self):
        self.run_cell("const points = 5; const shape = { rows: 2 };")
        self.assertEqual(self.result("({ points, ...shape })")["text/plain"], "{ points: 5, rows: 2 }")

    def test_rich_results(self):
        bundle = self.result("({ toMimeBundle: () => ({ 'text/html': '<i>x</i>' }) })")
        self.assertEqual(bundle["text/html"], "<i>x</i>")
        bundle = self.result("({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/markdown': '*x*' }) })")
        self.assertEqual(bundle["text/markdown"], "*x*")
        self.assertEqual(self.run_cell("const silent = 3;")[1], [])
        self.assertEqual(self.result("Promise.resolve(7)")["text/plain"], "7")
        reply, _ = self.run_cell("Promise.reject(new Error('late'))")
        self.assertEqual(reply["evalue"], "late")

    def test_values_of_the_package_show_themselves(self):
        self.run_cell("import { createPlane, drawSynthetic, encode, encodePng, featureMatrixFrom, omp, openDatasets } from 'spanlab';")
        bundle = self.result("featureMatrixFrom([[1, 2], [3, -4]])")
        self.assertEqual(bundle["text/plain"], "2 x 2 feature matrix, values from -4.00 to 3.00")
        self.assertTrue(bundle["image/png"].startswith("iVBOR"))
        bundle = self.result("await encode(featureMatrixFrom([[2, 0]]), featureMatrixFrom([[1, 0], [0, 1]]), omp({ atoms: 1 }))")
        self.assertEqual(bundle["text/plain"], "codes of 1 signals over 2 atoms, 1.0 nonzeros a signal")
        self.assertEqual(self.result("drawSynthetic('nut', { size: 32 }).image")["text/plain"], "32x32 image")
        self.assertIn("image/png", self.result("await encodePng(drawSynthetic('nut', { size: 32 }).image)"))
        self.assertIn("<table>", self.result("(await openDatasets('synthetic', { categories: ['nut'] }))[0]")["text/html"])

    def test_objects_that_hold_values_of_the_package_show_their_words(self):
        self.run_cell("import { createPlane as planeOf, featureMatrixFrom as matrixOf } from 'spanlab';\nconst held = matrixOf([[1, 2], [3, -4]]);")
        words = "2 x 2 feature matrix, values from -4.00 to 3.00"
        for code, shown in (
            ("({ held, n: 1 })", f"{{ held: {words}, n: 1 }}"),
            ("[held, 'a']", f"[ {words}, 'a' ]"),
            ("({ deep: { list: [held] } })", f"{{ deep: {{ list: [ {words} ] }} }}"),
            ("new Map([['key', held]])", f"Map(1) {{ 'key' => {words} }}"),
            ("({ map: planeOf({ width: 2, height: 1 }) })", "{ map: 2x1 plane, values from 0.00 to 0.00 }"),
            ("({ data: new Float32Array(2), rows: 3 })", "{ data: Float32Array(2) [ 0, 0 ], rows: 3 }"),
        ):
            self.assertEqual(self.result(code)["text/plain"], shown)
        self.run_cell("const ring: Record<string, unknown> = { held }; ring.self = ring;")
        self.assertIn(words, self.result("ring")["text/plain"])
        self.assertIn("[Getter]", self.result("({ held, get lazy(): number { throw new Error('asked'); } })")["text/plain"])

    def test_streams_keep_their_order(self):
        _, outputs = self.run_cell("for (let i = 0; i < 3; i++) { console.log(i); console.error(-i); }\n9")
        texts = [content.get("text") or content["data"]["text/plain"] for _, content in outputs]
        self.assertEqual("".join(texts).split(), ["0", "-0", "1", "-1", "2", "-2", "9"])

    def test_silent_cells_show_and_count_nothing(self):
        before = self.run_cell("1")[0]["execution_count"]
        _, outputs = self.run_cell("console.log('unseen'); 5", silent=True)
        self.assertEqual(outputs, [])
        self.assertEqual(self.run_cell("1")[0]["execution_count"], before + 1)

    def test_cells_behind_an_error_are_aborted(self):
        self.client.execute("await new Promise((done) => setTimeout(done, 200)); throw new Error('stop')")
        behind = [self.client.execute("1", reply=False) for _ in range(2)]
        statuses = {}
        while set(behind) - set(statuses):
            message = self.client.get_shell_msg(timeout=20)
            statuses[message["parent_header"]["msg_id"]] = message["content"]["status"]
        self.assertEqual([statuses[one] for one in behind], ["aborted", "aborted"])
        self.assertEqual(self.result("1")["text/plain"], "1")

    def test_interrupt_stops_loops_and_waits_and_keeps_variables(self):
        self.run_cell("let kept = 41;")
        self.assertEqual(self.interrupted("while (true) {}")["ename"], "Interrupted")
        self.assertEqual(self.interrupted("await new Promise(() => {})")["ename"], "Interrupted")
        self.assertEqual(self.result("kept + 1")["text/plain"], "42")

    def test_interrupt_over_the_shell_as_vs_code_sends_it(self):
        def interrupt():
            message = self.client.session.msg("interrupt_request", {})
            self.client.shell_channel.send(message)

        threading.Timer(0.7, interrupt).start()
        self.assertEqual(self.run_cell("while (true) {}")[0]["ename"], "Interrupted")

    def test_interrupt_reaches_long_work(self):
        self.run_cell("import { cellSignal, subspaceSampling, toySubspaces } from 'spanlab';")
        code = "const { features } = toySubspaces({ ambient: 60, dimension: 60, points: 4000, noise: 1 });\nawait subspaceSampling(features, { exemplars: 4000, signal: cellSignal() })"
        started = time.monotonic()
        self.assertEqual(self.interrupted(code)["ename"], "Interrupted")
        self.assertLess(time.monotonic() - started, 10)

    def test_comms(self):
        self.run_cell(
            "import { kernelHost } from 'spanlab';\nconst comm = kernelHost().openComm('a.target', { hello: 1 });\ncomm.onMessage = (data) => comm.send({ doubled: 2 * (data.n as number) });"
        )
        info = self.client.comm_info(reply=True, timeout=20)["content"]["comms"]
        self.assertEqual([one["target_name"] for one in info.values()], ["a.target"])
        message = self.client.session.msg("comm_msg", {"comm_id": list(info)[0], "data": {"n": 21}})
        self.client.shell_channel.send(message)
        while True:
            answer = self.client.get_iopub_msg(timeout=20)
            if answer["msg_type"] == "comm_msg":
                break
        self.assertEqual(answer["content"]["data"], {"doubled": 42})

    def test_controls_call_back(self):
        _, outputs = self.run_cell(
            "import { interact } from 'spanlab';\nawait interact({ go: { button: 'Go' }, size: { min: 1, max: 5, value: 2 }, on: true, kind: { options: ['a', 'b'], value: 'a' } },\n  ({ go, size, on, kind }) => `${go} ${size} ${on} ${kind}`);"
        )
        opened = {content["data"]["state"]["_model_name"]: content["comm_id"] for kind, content in outputs if kind == "comm_open"}
        self.assertEqual(outputs[-1][1]["data"], {"text/html": "0 2 true a"})

        def shown_after(model, data):
            self.client.shell_channel.send(self.client.session.msg("comm_msg", {"comm_id": opened[model], "data": data}))
            while True:
                message = self.client.get_iopub_msg(timeout=20)
                if message["msg_type"] == "update_display_data":
                    return message["content"]["data"]["text/html"]

        update = lambda state: {"method": "update", "state": state, "buffer_paths": []}
        self.assertEqual(shown_after("ButtonModel", {"method": "custom", "content": {"event": "click"}}), "1 2 true a")
        self.assertEqual(shown_after("IntSliderModel", update({"value": 4})), "1 4 true a")
        self.assertEqual(shown_after("CheckboxModel", update({"value": False})), "1 4 false a")
        self.assertEqual(shown_after("DropdownModel", update({"index": 1})), "1 4 false b")

    def test_newest_value_wins_when_drawing_is_slow(self):
        _, outputs = self.run_cell(
            "import { interact } from 'spanlab';\nawait interact({ size: { min: 1, max: 9, value: 1 } }, async ({ size }) => {\n  await new Promise((done) => setTimeout(done, size === 1 ? 0 : 400));\n  return `size ${size}`;\n});"
        )
        slider = next(content["comm_id"] for kind, content in outputs if kind == "comm_open" and content["data"]["state"]["_model_name"] == "IntSliderModel")
        for value in (3, 5, 7):
            data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
            self.client.shell_channel.send(self.client.session.msg("comm_msg", {"comm_id": slider, "data": data}))
        drawn = []
        while not drawn or drawn[-1] != "size 7":
            message = self.client.get_iopub_msg(timeout=20)
            if message["msg_type"] == "update_display_data":
                drawn.append(message["content"]["data"]["text/html"])
        self.assertEqual(drawn, ["size 7"])

    def test_input(self):
        asked = []

        def answer(message):
            asked.append(message["content"]["prompt"])
            self.client.input("spam")

        reply = self.client.execute_interactive(
            "import { kernelHost } from 'spanlab';\nconst line = await kernelHost().input('name? ');\nif (line !== 'spam') throw new Error(line);",
            allow_stdin=True, stdin_hook=answer, timeout=20,
        )
        self.assertEqual((reply["content"]["status"], asked), ("ok", ["name? "]))

    def test_k3_many_lines_arrive_whole_in_few_messages(self):
        reply, outputs = self.run_cell("for (let i = 0; i < 200000; i++) console.log(i);")
        self.assertEqual(reply["status"], "ok")
        text = "".join(content["text"] for _, content in outputs)
        self.assertEqual(text, "".join(f"{i}\n" for i in range(200000)))
        self.assertLess(len(outputs), 200)

    def test_k3_more_than_a_notebook_can_show_is_cut_with_a_note(self):
        reply, outputs = self.run_cell("const line = 'x'.repeat(1e6); for (let i = 0; i < 200; i++) console.log(line);")
        self.assertEqual(reply["status"], "ok")
        text = "".join(content["text"] for _, content in outputs)
        self.assertLess(len(text), 3e6)
        self.assertRegex(text, r"\[197500200 more characters were printed and are left out: a cell shows 2500000")
        self.assertEqual(self.run_cell("console.log('next');")[1][0][1]["text"], "next\n")

    def test_k6_who_cannot_be_asked_is_told(self):
        reply, _ = self.run_cell("import { kernelHost as whoAsks } from 'spanlab';\nconst answer = await whoAsks().input('Name?');", allow_stdin=False)
        self.assertRegex(reply["evalue"], 'nobody can be asked "Name\\?": this cell runs without a user')

    def test_k6_two_questions_come_one_after_the_other(self):
        prompts = []

        def answer(message):
            prompts.append(message["content"]["prompt"])
            self.client.input(prompts[-1].lower())

        code = "import { kernelHost as hostOf } from 'spanlab';\nconst both = await Promise.all([hostOf().input('A'), hostOf().input('B')]);\nboth.join()"
        outputs = []
        self.client.execute_interactive(
            code, timeout=30, stdin_hook=answer, allow_stdin=True, output_hook=lambda message: outputs.append(message)
        )
        results = [m["content"]["data"]["text/plain"] for m in outputs if m["msg_type"] == "execute_result"]
        self.assertEqual((prompts, results), (["A", "B"], ["'a,b'"]))

    def test_k2_ends_are_told_truly(self):
        for code, words in (
            ("process.exit(3)", "ended with exit code 3, as process.exit does; all variables are lost"),
            ("process.kill(process.pid, 'SIGTERM'); await new Promise(() => {});", "ended by SIGTERM"),
            ("process.abort()", r"ran out of memory \(SIGABRT\)"),
        ):
            reply, _ = self.run_cell(code)
            self.assertEqual(reply["ename"], "KernelRestarted")
            self.assertRegex(reply["evalue"], words)

    def test_channels_of_cells_that_ended_with_their_process_are_closed(self):
        _, outputs = self.run_cell("import { interact } from 'spanlab';\nawait interact({ size: { min: 1, max: 5, value: 2 } }, ({ size }) => `${size}`);")
        opened = {content["comm_id"] for kind, content in outputs if kind == "comm_open"}
        _, outputs = self.run_cell("process.exit(3)")
        self.assertEqual({content["comm_id"] for kind, content in outputs if kind == "comm_close"}, opened)
        # A page that has not heard of it asks, and is told.
        gone = next(iter(opened))
        self.client.shell_channel.send(self.client.session.msg("comm_msg", {"comm_id": gone, "data": {"method": "update", "state": {"value": 3}}}))
        while True:
            message = self.client.get_iopub_msg(timeout=20)
            if message["msg_type"] == "comm_close":
                break
        self.assertEqual(message["content"]["comm_id"], gone)

    def test_u4_library_calls_stop_with_the_cell(self):
        self.run_cell(
            "import { createFeatureMatrix, subspaceSampling } from 'spanlab';\nconst kept = 7;\n"
            "const many = createFeatureMatrix(20000, 256, Float32Array.from({ length: 20000 * 256 }, (_, i) => Math.sin(i * i)));"
        )
        reply = self.interrupted("await subspaceSampling(many, { exemplars: 3000 });")
        self.assertEqual(reply["ename"], "Interrupted")
        self.assertEqual(self.result("kept")["text/plain"], "7")

    def test_k7_what_a_cell_started_ends_with_the_kernel(self):
        manager, client = start_new_kernel(kernel_name="spanlab")
        code = "import { spawn as start } from 'node:child_process';\nconst sleeper = start('sleep', ['600']);\nsleeper.pid"
        outputs = []
        client.execute_interactive(code, timeout=30, output_hook=lambda m: outputs.append(m))
        pid = int([m["content"]["data"]["text/plain"] for m in outputs if m["msg_type"] == "execute_result"][0])
        self.assertTrue(alive(pid))
        client.stop_channels()
        manager.shutdown_kernel()
        self.assertTrue(gone(pid))

    def test_k4_a_looping_cell_ends_when_the_front_process_is_killed(self):
        manager, client = start_new_kernel(kernel_name="spanlab")
        front = manager.provisioner.process.pid
        runner = children(front)[0]
        client.execute("while (true) {}")
        time.sleep(1)
        os.kill(front, signal.SIGKILL)
        self.assertTrue(gone(runner), "the runner outlives the front process")
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    def test_k5_the_kernel_ends_with_the_server_that_started_it(self):
        script = (
            "import time; from jupyter_client.manager import start_new_kernel; "
            "m, c = start_new_kernel(kernel_name='spanlab'); print(m.provisioner.process.pid, flush=True); time.sleep(600)"
        )
        server = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        front = int(server.stdout.readline())
        runner = children(front)[0]
        server.kill()
        server.wait()
        self.assertTrue(gone(front) and gone(runner), "the kernel outlives its server")

    def test_an_unstoppable_loop_ends_with_a_plain_word(self):
        manager, client = start_new_kernel(kernel_name="spanlab")
        try:
            threading.Timer(0.7, manager.interrupt_kernel).start()
            reply = client.execute_interactive("await Promise.resolve();\nwhile (true) {}", timeout=60)["content"]
            self.assertEqual(reply["ename"], "KernelRestarted")
            self.assertIn("all variables are lost", reply["evalue"])
            self.assertEqual(client.execute_interactive("6 * 7", timeout=60)["content"]["status"], "ok")
        finally:
            client.stop_channels()
            manager.shutdown_kernel()


if __name__ == "__main__":
    unittest.main()
