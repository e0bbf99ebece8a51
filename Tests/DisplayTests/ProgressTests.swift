import Display
import Glibc
import Synchronization
import Testing

extension DisplayTests {
  /// Loops that show how far they are, with a display output of their own.
  @Suite struct ProgressTests {
    /// What is shown while `body` runs.
    private func shown(_ body: () throws -> Void) rethrows -> [Shown] {
      let recorder = BundleRecorder()
      let before = DisplayOutput.sink
      DisplayOutput.sink = recorder
      defer { DisplayOutput.sink = before }
      try body()
      return recorder.events.withLock { $0 }
    }

    @Test func aLoopHasOneDisplay() throws {
      var sum = 0
      let events = shown { for k in Progress(0..<10, "epoch") { sum += k } }
      #expect(sum == 45)
      #expect(Set(events.map(\.id)).count == 1)
      #expect(events.first?.isUpdate == false)
      #expect(!events.dropFirst().contains { !$0.isUpdate })
      #expect(events.first?.text == "epoch 0/10 ░░░░░░░░░░░░░░░░░░░░ 0 %")
      let last = try #require(events.last?.text)
      #expect(
        last.wholeMatch(of: #/epoch 10/10 █{20} 100 % · in 0\.\d s · [\d.]+( [kM])?/s/#) != nil,
        "\(last)")
    }

    @Test func updatesAreFew() {
      let events = shown { for _ in (0..<200_000).progress() {} }
      #expect(events.count < 50)
    }

    @Test func aLoopThatIsLeftSaysSo() throws {
      let left = try #require(shown { for k in Progress(0..<10) { if k == 3 { break } } }.last)
      #expect(left.text.hasPrefix("3/10 ██████░"), "\(left.text)")
      #expect(left.text.contains("stopped after"))
      let thrown = shown {
        try? { for k in Progress(0..<10) where k == 2 { throw InputError.unavailable } }()
      }
      #expect(try #require(thrown.last).text.hasPrefix("2/10"))
    }

    @Test func aLengthThatNobodyKnows() throws {
      let last = try #require(shown { for _ in AnySequence(0..<5).progress("row") {} }.last).text
      #expect(last.hasPrefix("row 5/5") || last.hasPrefix("row 5 in 0."), "\(last)")
      var rest = 4
      let generated = sequence(state: ()) { _ -> Int? in
        rest -= 1
        return rest >= 0 ? rest : nil
      }
      let unknown = try #require(shown { for _ in generated.progress("row") {} }.last).text
      #expect(unknown.hasPrefix("row 4 in 0."), "\(unknown)")
      let told = try #require(shown { for _ in (0..<6).progress(total: 4) {} }.last).text
      #expect(told.hasPrefix("6 in 0."), "\(told)")
    }

    @Test func loopsWithinLoopsShareADisplay() throws {
      let events = shown {
        for _ in Progress(0..<3, "epoch") {
          for _ in Progress(0..<2, "batch") { usleep(60_000) }
        }
      }
      #expect(Set(events.map(\.id)).count == 1)
      #expect(events.count { !$0.isUpdate } == 1)
      #expect(events.contains { $0.text.contains("\n  batch 2/2") })
      let last = try #require(events.last)
      #expect(last.text.hasPrefix("epoch 3/3") && !last.text.contains("batch"))
    }

    @Test func functionsOfSequencesCountToo() throws {
      var doubled: [Int] = []
      let events = shown { doubled = [1, 2, 3].progress().map { $0 * 2 } }
      #expect(doubled == [2, 4, 6])
      #expect(try #require(events.last).text.hasPrefix("3/3"))
    }

    @Test func anInterruptEndsTheLoop() throws {
      defer { Interrupt.reset() }
      var steps = 0
      let events = shown {
        for k in Progress(0..<10) {
          steps += 1
          if k == 4 { Interrupt.request() }
        }
      }
      #expect(steps == 5)
      #expect(try #require(events.last).text.contains("interrupted after"))
    }

    @Test func anInterruptEndsAMapWithWhatThereIs() {
      defer { Interrupt.reset() }
      var results: [Int] = []
      _ = shown {
        results = (0..<10).progress().map { k in
          if k == 4 { Interrupt.request() }
          return k
        }
      }
      #expect(results == [0, 1, 2, 3, 4])
    }

    @Test func aPageHoldsTheFrontEndsOwnBar() throws {
      let event = try #require(shown { for _ in Progress(0..<4, "<b>") {} }.last)
      #expect(event.html.contains("<progress value=\"1000\" max=\"1000\""))
      #expect(event.html.contains("&lt;b&gt; 4/4"))
    }
  }
}

/// One thing shown.
struct Shown: Sendable {
  var text: String
  var html: String
  var id: String
  var isUpdate: Bool

  init(_ bundle: MIMEBundle, id: String, isUpdate: Bool) {
    text = bundle.plainText
    if case .text(let page)? = bundle.data["text/html"] { html = page } else { html = "" }
    self.id = id
    self.isUpdate = isUpdate
  }
}

/// Keeps what is shown.
final class BundleRecorder: DisplaySink {
  let events = Mutex<[Shown]>([])
  let pages = Mutex<[String]>([])
  func show(_ bundle: MIMEBundle, id: String?) {
    events.withLock { $0.append(Shown(bundle, id: id ?? "", isUpdate: false)) }
  }
  func update(_ bundle: MIMEBundle, id: String) {
    events.withLock { $0.append(Shown(bundle, id: id, isUpdate: true)) }
  }
  func clear(wait: Bool) {}
  func page(_ bundle: MIMEBundle) { pages.withLock { $0.append(bundle.plainText) } }
}
