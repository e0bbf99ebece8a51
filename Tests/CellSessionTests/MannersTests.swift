import CellSession
import Display
import Glibc
import Testing

extension SessionTests {
  @Suite struct MannersTests {
    /// The page of a cell's result.
    private func html(_ code: String, in notebook: Notebook) -> String? {
      guard case .finished(let result?) = notebook.run(code).outcome,
        case .text(let page)? = result.data["text/html"]
      else { return nil }
      return page
    }

    @Test func aTypeShowsItselfByAPropertyOfAnAgreedName() throws {
      let notebook = try Notebook()
      _ = notebook.value(
        "public struct Swatch { public var name: String; "
          + "public var _repr_html_: String { \"<b>\\(name)</b>\" } }\n"
          + "class Shape { var _repr_html_: String { \"<i>shape</i>\" } }")
      #expect(html("Swatch(name: \"red\")", in: notebook) == "<b>red</b>")
      #expect(html("Shape()", in: notebook) == "<i>shape</i>")
      let page = html("[Swatch(name: \"a\"), Swatch(name: \"b\")]", in: notebook)
      #expect(page?.contains("<b>a</b>") == true && page?.contains("<b>b</b>") == true)
      #expect(html("1", in: notebook) == nil)
      #expect(notebook.value("[1, 2].map { $0 + 1 }") == "[2, 3]")
    }

    @Test func whatIsNoValueHasNoResult() throws {
      let notebook = try Notebook()
      for code in [
        "var a = 1", "a = 2", "a += 1", "print(a)", "_ = a", "func f() {}", "f()",
        "[1].forEach { _ in }",
        "var s: [Int]? = [1]\ns?.append(2)", "a;",
      ] {
        #expect(notebook.value(code) == nil, "\(code)")
      }
      #expect(notebook.value("a") == "3")
      #expect(notebook.value("a == 3") == "true")
    }

    @Test func aLoopShowsItsProgressInOneDisplay() throws {
      let notebook = try Notebook()
      for imports in ["", "import Foundation\n", "import Offramp\n"] {
        let shown = notebook.run(
          imports + "var n = 0\nfor k in Progress(1...10, \"step\") { n += k }\nn"
        ).shown
        #expect(shown.first?.hasPrefix("display step 0/10") == true, "\(shown)")
        #expect(shown.last?.contains(": step 10/10 ████") == true, "\(shown)")
      }
      #expect(
        notebook.run("for k in (0..<9).progress() { if k == 4 { break } }").shown.last?
          .contains("stopped after") == true)
    }

    @Test func anErrorEndsTheDisplayOfALoop() throws {
      let notebook = try Notebook()
      let code = "struct E: Error {}\nfor k in Progress(0..<9) { if k == 4 { throw E() } }"
      let (shown, outcome) = notebook.run(code)
      guard case .failed(let failure) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(failure.name == "E")
      #expect(shown.last?.contains("stopped after") == true, "\(shown)")
      #expect(
        notebook.run("for _ in Progress(0..<3) {}").shown.first?.hasPrefix("display 0/3") == true)
    }

    @Test func anInterruptEndsALoopAndThenTheCell() throws {
      let notebook = try Notebook()
      _ = notebook.value("import Glibc")
      let code = """
        let found = (0..<1000).progress().map { k in usleep(10_000); return k }
        print("not reached")
        """
      let (shown, outcome) = notebook.run(code) { session in
        usleep(500_000)
        session.interrupt()
      }
      guard case .failed(let failure) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(failure.name == "Interrupted")
      #expect(shown.last?.contains("interrupted after") == true, "\(shown)")
      #expect(notebook.value("found.count > 0 && found.count < 1000") == "true")
    }

    @Test func helpIsAPageBesideTheNotebook() throws {
      let notebook = try Notebook()
      _ = notebook.value("struct Point { var x = 1.5, y = 2 }")
      let (shown, _) = notebook.run("help(Point())")
      #expect(shown.count == 1)
      #expect(shown.first?.hasPrefix("page struct Point, declared in In[1]") == true, "\(shown)")
      #expect(notebook.run("help(1)").shown.count == 1)
    }

    @Test func outputIsClearedInItsPlace() throws {
      let notebook = try Notebook()
      let shown = notebook.run(
        "print(1)\nclearOutput(wait: true)\ndisplay(2, \"three\")\nclearOutput()\nprint(4)"
      ).shown
      #expect(
        shown == [
          "standardOutput: 1\n", "clear true", "display 2", "display three", "clear false",
          "standardOutput: 4\n",
        ])
    }
  }
}
