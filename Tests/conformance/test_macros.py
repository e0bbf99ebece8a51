"""Packages with macros, brought in by a line."""

import textwrap

import pytest

from dialogue import plain

MANIFEST = """
// swift-tools-version: 6.0
import CompilerPluginSupport
import PackageDescription

let package = Package(
  name: "Numerals",
  products: [.library(name: "Numerals", targets: ["Numerals"])],
  targets: [
    .macro(name: "NumeralMacros"),
    .target(name: "Numerals", dependencies: ["NumeralMacros"]),
  ]
)
"""

LIBRARY = """
@freestanding(expression)
public macro seven() -> Int = #externalMacro(module: "NumeralMacros", type: "Seven")

public func eight() -> Int { #seven + 1 }
"""

# A compiler plugin without Swift's parser, which takes minutes to build: each macro is 7.
PLUGIN = """
import Foundation

@main
struct Plugin {
  static func main() {
    while let size = read(8) {
      let count = size.reversed().reduce(0) { $0 << 8 | Int($1) }
      guard let body = read(count),
        let message = try? JSONSerialization.jsonObject(with: body) as? [String: Any]
      else { return }
      if message["getCapability"] != nil {
        send(["getCapabilityResult": ["capability": ["protocolVersion": 7]]])
      } else {
        send(["expandMacroResult": ["expandedSource": "7", "diagnostics": [Any]()]])
      }
    }
  }

  static func read(_ count: Int) -> Data? {
    var data = Data()
    while data.count < count {
      let more = FileHandle.standardInput.readData(ofLength: count - data.count)
      if more.isEmpty { return nil }
      data += more
    }
    return data
  }

  static func send(_ message: [String: Any]) {
    guard let body = try? JSONSerialization.data(withJSONObject: message) else { return }
    var size = UInt64(body.count).littleEndian
    FileHandle.standardOutput.write(Data(bytes: &size, count: 8) + body)
  }
}
"""


@pytest.fixture(scope="module")
def numerals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages") / "Numerals"
    for name, text in {"Package.swift": MANIFEST, "Sources/Numerals/Numerals.swift": LIBRARY,
                       "Sources/NumeralMacros/Plugin.swift": PLUGIN}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip())
    return folder


def test_a_macro_of_a_package_is_expanded(fresh, numerals):
    kernel = fresh()
    cell = kernel.run(f"%package {numerals}\nimport Numerals\n#seven * 6", timeout=300)
    assert cell.status == "ok", cell.traceback
    assert cell.result == "42"
    # In later cells, too, and after a crash.
    kernel.fail("[0][#seven]", "FatalError")
    assert kernel.check("let week = #seven\nweek + eight()").result == "15"
    assert "seven" in kernel.client.complete("#sev", reply=True)["content"]["matches"][0]


def test_a_macro_comes_from_the_cache_in_the_next_session(fresh, numerals):
    kernel = fresh()
    cell = kernel.run(f"%package {numerals}\nimport Numerals\n#seven", timeout=300)
    assert cell.result == "7"
    assert "built in" not in str(cell.outputs)


def test_a_macro_that_is_not_there_is_one_clear_error(kernel):
    cell = kernel.fail(textwrap.dedent("""
        @freestanding(expression)
        macro eleven() -> Int = #externalMacro(module: "Nowhere", type: "Eleven")
        #eleven
        """), "CompileError")
    text = plain(cell.traceback)
    assert "Nowhere" in text and text.count("error:") == 1
