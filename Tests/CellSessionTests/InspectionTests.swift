import CellSession
import Display
import Testing

extension SessionTests {
  @Suite struct InspectionTests {
    private func inspect(
      _ notebook: Notebook, _ marked: String, _ detail: InspectionDetail = .documentation
    ) -> String? {
      let (code, position) = marked.cursor
      return notebook.session.inspect(code, at: position, detail: detail)?.plainText
    }

    @Test func aVariableHasItsType() throws {
      let notebook = try Notebook()
      _ = notebook.value("let scores = [\"a\": 1.5]")
      let text = inspect(notebook, "sco|res.count")
      #expect(text == "let scores: [String : Double]\n\nVariable of In[1]")
      #expect(inspect(notebook, "scores|") == text)
      #expect(inspect(notebook, "let e\u{301}🐶 = 1; scores|.count") == text)
    }

    @Test func aFunctionHasItsDocumentationAndSource() throws {
      let notebook = try Notebook()
      let source =
        "/// Twice `n`.\n///\n/// - Parameter n: a **number**\nfunc twice(_ n: Int) -> Int { n * 2 }"
      _ = notebook.value("import Glibc\n\(source)")
      let text =
        "func twice(_ n: Int) -> Int\n\nFunction of In[1]\n\nTwice n.\n\n- Parameter n: a number"
      #expect(inspect(notebook, "twi|ce(3)") == text)
      #expect(inspect(notebook, "twice(|") == text)
      #expect(inspect(notebook, "print(twice(3 + |))") == text)
      #expect(
        inspect(notebook, "twice|", .source)
          == "\(text)\n\nSource in In[1]\n\nfunc twice(_ n: Int) -> Int { n * 2 }")
      let (code, position) = "twice|".cursor
      let bundle = notebook.session.inspect(code, at: position, detail: .documentation)
      guard case .text(let html)? = bundle?.data["text/html"] else {
        Issue.record("There is no HTML.")
        return
      }
      #expect(html.contains("<pre><code>func twice(_ n: Int) -&gt; Int</code></pre>"))
      #expect(html.contains("<p>Twice <code>n</code>.</p>"))
      #expect(html.contains("<li><b>Parameter n:</b> a <b>number</b></li>"))
    }

    @Test func librariesAreDocumented() throws {
      let notebook = try Notebook()
      _ = notebook.value("import Offramp")
      let map = try #require(inspect(notebook, "[1].ma|p { $0 }"))
      #expect(map.contains("func map<T, E>(_ transform:"))
      #expect(map.contains("Returns an array containing the results of mapping"))
      let network = try #require(inspect(notebook, "Network(|"))
      #expect(network.contains("A description of a multi-exit network"))
      #expect(network.contains("init(input: Shape, classes: Int"))
    }

    @Test func theCellsOwnNamesAreKnown() throws {
      let notebook = try Notebook()
      #expect(
        inspect(notebook, "/// The side.\nlet side = 3\nprint(si|de)")
          == "let side: Int\n\nVariable of this cell\n\nThe side.")
      #expect(inspect(notebook, "// side|") == nil)
      #expect(inspect(notebook, "nowhere|") == nil)
      #expect(inspect(notebook, "|") == nil)
      #expect(notebook.session.inspect("abc", at: 99, detail: .source) == nil)
    }
  }
}
