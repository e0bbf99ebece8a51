import CellSession
import Display
import Testing

extension SessionTests {
  @Suite struct CommandInsightTests {
    private func inspect(_ notebook: Notebook, _ marked: String) -> String? {
      let (code, position) = marked.cursor
      return notebook.session.inspect(code, at: position, detail: .documentation)?.plainText
    }

    @Test(
      arguments: [
        "%time\n", "!ls \"unclosed\n", "%package ../Shapes {\n// why\n!echo 🐶 (\n", "%time\r\n",
        "%time  \n",
        "scores?\n", "\n  %optimize\n\n", "%time ",
      ])
    func commandsAboveAreNotInTheWay(_ commands: String) throws {
      let notebook = try Notebook()
      _ = notebook.value("let scores = [\"a\": 1.5]")
      let text = "let scores: [String : Double]\n\nVariable of In[1]"
      let (items, replaced) = notebook.complete("\(commands)print(sco|)")
      #expect(items.first?.text == "scores" && replaced == "sco")
      #expect(inspect(notebook, "\(commands)sco|res.count") == text)
      #expect(inspect(notebook, "\(commands)let e\u{301}🐶 = 1; scores|") == text)
      #expect(notebook.suggestions("\(commands)let scope = 1\nsco|").contains("scope"))
    }

    @Test func notIsNoCommandBeforeAName() throws {
      let notebook = try Notebook()
      _ = notebook.value("let ready = true")
      #expect(inspect(notebook, "!rea|dy")?.hasPrefix("let ready: Bool") == true)
      #expect(inspect(notebook, "!echo rea|dy") == nil)
    }
  }
}
