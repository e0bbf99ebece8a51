import Display
import Synchronization
import Testing

extension DisplayTests {
  @Suite struct HelpTests {
    private func pages(_ body: () -> Void) -> [String] {
      let recorder = BundleRecorder()
      let before = DisplayOutput.sink
      DisplayOutput.sink = recorder
      defer { DisplayOutput.sink = before }
      body()
      return recorder.pages.withLock { $0 }
    }

    enum Season: CaseIterable { case summer, winter }

    @Test func aValueIsOnePage() throws {
      let pages = pages { help(Gallery.people[0]) }
      #expect(pages.count == 1)
      let page = try #require(pages.first)
      #expect(page.hasPrefix("struct Person, of DisplayTests"), "\(page)")
      #expect(page.contains("name    String   \"Ada\""), "\(page)")
      #expect(page.contains("email   String?  \"ada@example.org\""), "\(page)")
    }

    @Test func aTypeIsOnePage() throws {
      let page = try #require(pages { help(Gallery.Leaf.self) }.first)
      #expect(page.contains("weight  Double"), "\(page)")
      let number = try #require(pages { help(1) }.first)
      #expect(number.contains("Int, of Swift's standard library"), "\(number)")
      #expect(number.contains("BinaryInteger"))
      #expect(try #require(pages { help(Season.self) }.first).contains("cases\n  summer\n  winter"))
    }

    @Test func helpWithoutASubjectTellsWhatThereIs() throws {
      #expect(try #require(pages { help() }.first).contains("clearOutput(wait: true)"))
    }

    @Test func severalValuesAreShownInTurn() {
      let recorder = BundleRecorder()
      let before = DisplayOutput.sink
      DisplayOutput.sink = recorder
      defer { DisplayOutput.sink = before }
      display(1, "two", Int?.some(3) as Any, Int?.none as Any)
      #expect(recorder.events.withLock { $0.map(\.text) } == ["1", "two", "3", "nil"])
    }
  }
}
