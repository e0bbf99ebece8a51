import CellSession
import Testing

/// A typical mistake and what its author is told, `n` standing for the number of the cell.
struct Mistake: CustomTestStringConvertible {
  let name: String
  let code: String
  let text: String

  init(_ name: String, _ code: String, says text: String) {
    (self.name, self.code, self.text) = (name, code, text)
  }

  var testDescription: String { name }
}

extension SessionTests {
  @Suite struct MistakeTests {
    private let setup = [
      """
      import Offramp
      let counts = [1, 2, 3]
      let accuracy = 0.5
      let name = "net"
      """,
      """
      func mean(_ xs: [Double]) -> Double { 0 }
      func load(path: String) throws -> Int { 1 }
      func fetch() async -> Int { 1 }
      enum Mood { case glad, sad, calm }
      struct Point { var x: Int; let y: Int; func shifted(by d: Int) -> Point { self } }
      let net = Network(input: [8, 8, 1], classes: 2) { Conv(4, kernel: 3); Exit() }
      let maybe: Int? = 3
      """,
    ]

    @Test func eachMistakeIsExplained() throws {
      let notebook = try Notebook()
      for cell in setup { #expect(notebook.value(cell) == nil) }
      _ = try notebook.failure("let broken = try Dataset.cifar10(\"/nowhere\")")
      for (k, mistake) in (Mistake.first + Mistake.more).enumerated() {
        let failure = try notebook.failure(mistake.code)
        let text = failure.plainTraceback.replacing("In[\(k + 4)]", with: "In[n]")
        #expect(text == mistake.text, "\(mistake.name)")
        #expect(!text.contains("CellHooks") && !text.contains("offramp_"))
      }
      #expect(notebook.value("counts.count") == "3")
    }
  }
}
