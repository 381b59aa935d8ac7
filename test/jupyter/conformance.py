"""Jupyter's conformance suite (jupyter_kernel_test) on the spanlab kernel."""
import unittest

import jupyter_kernel_test


class SpanlabKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "spanlab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [{"text": "Math.ab", "matches": {"abs"}}]
    complete_code_samples = ["1 + 1", "const x = 3;", "function f() { return 1; }"]
    incomplete_code_samples = ["function f() {", "const x = [1,"]
    code_generate_error = "throw new Error('bad')"
    code_execute_result = [{"code": "6 * 7", "result": "42"}, {"code": "'a' + 'b'", "result": "'ab'"}]
    code_display_data = [
        {"code": "import { display } from 'tslab'; display.html('<b>x</b>')", "mime": "text/html"},
        {"code": "import { kernelHost } from 'spanlab'; kernelHost().display({ 'text/markdown': '*x*' })", "mime": "text/markdown"},
    ]
    code_inspect_sample = "Math.abs"


if __name__ == "__main__":
    unittest.main()
