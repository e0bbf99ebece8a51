import CellSession
import Display
import Testing

extension SessionTests {
  @Suite struct InputTests {
    /// Runs a cell whose questions are answered in turn; returns them, what was shown, and the end.
    private func run(
      _ code: String, in notebook: Notebook, answers: [InputReply], number: Int = 1
    ) -> (questions: [InputRequest], shown: String, outcome: CellOutcome) {
      var questions: [InputRequest] = []
      var shown = ""
      let outcome = notebook.session.execute(
        code, number: number,
        onInput: { request in
          questions.append(request)
          return questions.count <= answers.count ? answers[questions.count - 1] : .unavailable
        },
        onEvent: { event in if case .stream(_, let text) = event { shown += text } })
      return (questions, shown, outcome)
    }

    @Test(arguments: ["", "import Foundation\n", "import Glibc\n", "import Offramp\n"])
    func aCellAsksTheFrontEnd(imports: String) throws {
      let notebook = try Notebook()
      let (questions, shown, outcome) = run(
        imports + "let a = try input(\"Name: \")\nlet b = readLine()\n"
          + "let c = readLine(strippingNewline: false)!\n"
          + "print(a, b!, c, terminator: \"\")\ntry input(\"Token\", secret: true).count",
        in: notebook, answers: [.line("Ada"), .line("é"), .line(""), .line("1234")])
      #expect(
        questions == [
          InputRequest(prompt: "Name: ", isSecret: false),
          InputRequest(prompt: "", isSecret: false), InputRequest(prompt: "", isSecret: false),
          InputRequest(prompt: "Token", isSecret: true),
        ])
      #expect(shown == "Ada é \n")
      guard case .finished(let result?) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(result.plainText == "4")
    }

    @Test func whereNobodyCanBeAsked() throws {
      let notebook = try Notebook()
      let (_, shown, outcome) = run(
        "let none = readLine()\nlet again = readLine()\nprint(none == nil)\ntry input(\"?\")",
        in: notebook, answers: [])
      #expect(shown == InputError.unavailable.description + "\ntrue\n")
      guard case .failed(let failure) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(failure.message.contains("this front end takes none"), "\(failure.message)")
    }

    @Test func anInterruptWhileAsked() throws {
      let notebook = try Notebook()
      let thrown = run(
        "let before = 1\ntry input(\"?\")\nlet after = 2", in: notebook, answers: [.interrupted])
      guard case .failed(let failure) = thrown.outcome else {
        Issue.record("\(thrown.outcome)")
        return
      }
      #expect(failure.name == "Interrupted")
      let ended = run(
        "let line = readLine()\nprint(\"not reached\")", in: notebook, answers: [.interrupted],
        number: 2)
      guard case .failed(let failure) = ended.outcome else {
        Issue.record("\(ended.outcome)")
        return
      }
      #expect(failure.name == "Interrupted")
      #expect(ended.shown == "")
      let value = run("(before, line == nil)", in: notebook, answers: [], number: 3).outcome
      guard case .finished(let result?) = value else {
        Issue.record("\(value)")
        return
      }
      #expect(result.plainText == "(1, true)")
    }
  }
}
