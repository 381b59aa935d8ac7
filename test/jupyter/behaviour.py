"""What a notebook's user sees of the kernel beyond the conformance suite. Each test talks to a real kernel."""
import threading
import time
import unittest

from jupyter_client.manager import start_new_kernel


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
