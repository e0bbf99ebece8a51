import CellSession
import Testing

extension SessionTests {
  @Suite struct ResetTests {
    @Test func aResetForgetsNamesWithoutAnError() throws {
      let notebook = try Notebook()
      _ = notebook.value("let a = 1")
      notebook.session.reset()
      #expect(try notebook.failure("a").name == "CompileError")
      #expect(notebook.value("let a = 2\na") == "2")
    }

    @Test func theMemoryOfTheCellsIsKnown() throws {
      let notebook = try Notebook()
      _ = notebook.value("let a = [UInt8](repeating: 1, count: 100 << 20)\na.count")
      let memory = try #require(notebook.session.workerMemory)
      #expect(memory.resident > 100 << 20 && memory.resident < 1 << 30)
      #expect(memory.peak >= memory.resident && memory.addressed > memory.resident)
    }
  }
}
