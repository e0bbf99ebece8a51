import CellSession
import Testing

extension Notebook {
  /// The suggestions at the `|` in a cell, and the text that they replace.
  func complete(_ marked: String) -> (items: [Completion.Item], replaced: String) {
    let (code, position) = marked.cursor
    let completion = session.complete(code, at: position)
    let scalars = Array(code.unicodeScalars)
    var replaced = String.UnicodeScalarView()
    replaced.append(contentsOf: scalars[completion.range])
    return (completion.items, String(replaced))
  }

  /// The texts of the suggestions at the `|` in a cell.
  func suggestions(_ marked: String) -> [String] { complete(marked).items.map(\.text) }
}

extension String {
  /// The text without its `|`, and where that was, in Unicode scalars.
  var cursor: (code: String, position: Int) {
    let scalars = Array(unicodeScalars)
    let position = scalars.firstIndex(of: "|") ?? scalars.count
    return (replacing("|", with: "", maxReplacements: 1), position)
  }
}

extension SessionTests {
  @Suite struct CompletionTests {
    @Test func namesOfTheNotebookComeFirst() throws {
      let notebook = try Notebook()
      _ = notebook.value("let alphabet = [\"a\"]\nfunc alphabetic(_ x: Int, up: Bool) -> Int { x }")
      _ = notebook.value("struct Alpha { var size = 1 }")
      #expect(
        notebook.suggestions("let alpine = 1\nal|").prefix(3) == [
          "alpine", "alphabet", "alphabetic(",
        ])
      #expect(notebook.suggestions("Al|").first == "Alpha")
      let function = notebook.complete("alphabeti|").items.first
      #expect(function?.kind == "function")
      #expect(function?.signature == "(x: Int, up: Bool) -> Int")
      #expect(notebook.complete("alphabe|").items.first?.signature == ": [String]")
    }

    @Test func membersFollowADot() throws {
      let notebook = try Notebook()
      _ = notebook.value(
        "struct Point { var x = 1; func moved(by d: Int) -> Point { self } }\nlet p = Point()")
      #expect(Set(notebook.suggestions("p.|")).isSuperset(of: ["x", "moved(by:"]))
      #expect(notebook.suggestions("p.mo|") == ["moved(by:"])
      #expect(notebook.suggestions("p.moved(by: 1).mo|") == ["moved(by:"])
      #expect(notebook.suggestions("[1].ma|").contains("map("))
      #expect(notebook.complete("p.mo|ved").replaced == "mo")
    }

    @Test func argumentsCasesAndModulesAreKnown() throws {
      let notebook = try Notebook()
      _ = notebook.value("enum Mood { case glad, sad }\nfunc tell(_ m: Mood, times count: Int) {}")
      #expect(notebook.suggestions("let m: Mood = .|").prefix(2) == ["glad", "sad"])
      #expect(notebook.suggestions("tell(.gl|").first == "glad")
      #expect(notebook.suggestions("tell(.glad, |").first == "times:")
      #expect(notebook.suggestions("import Offr|").first == "Offramp")
      #expect(notebook.suggestions("import Offramp\nlet r: [Regime] = [.mi|").first == "mixed")
      #expect(!notebook.suggestions("import |").contains { $0.hasPrefix("Cell1") })
      #expect(notebook.suggestions("fun|").first == "func")
    }

    @Test func aBrokenCellIsCompletedToo() throws {
      let notebook = try Notebook()
      _ = notebook.value("let data = [1, 2]")
      #expect(notebook.suggestions("let q = zz +\nfoo(\nlet b = data.cou|\n}}").contains("count"))
      #expect(notebook.suggestions("let total = 1\nfor x in data {\n  tot|").first == "total")
      #expect(notebook.suggestions("%time data.fir|").contains("first"))
    }

    @Test func theCursorIsCountedInScalars() throws {
      let notebook = try Notebook()
      _ = notebook.value("let café = 1\nlet 🐶🐱 = 2")
      let combining = notebook.complete("let s = \"e\u{301}👨‍👩‍👧🇩🇪\"; s.upper|")
      #expect(combining.replaced == "upper")
      #expect(combining.items.first?.text == "uppercased()")
      #expect(notebook.complete("/* 🐶 */ caf|").items.first?.text == "café")
      #expect(notebook.complete("🐶|").replaced == "🐶")
      #expect(notebook.suggestions("🐶|").first == "🐶🐱")
    }

    @Test func nothingIsSuggestedInTextAndNumbers() throws {
      let notebook = try Notebook()
      for place in ["\"pri|", "// pri|", "/* pri|", "12|", "\"\"\"\npri|"] {
        #expect(notebook.suggestions(place) == [], "\(place)")
      }
      #expect(notebook.suggestions("\"\\(pri|)\"").contains("print("))
    }

    @Test func suggestionsAreWithinBoundsAndPlainSwift() throws {
      let notebook = try Notebook()
      let all = notebook.suggestions("import Foundation\n|")
      #expect(all.count == 500)
      #expect(Set(all).count == all.count)
      #expect(!all.contains { $0.contains("<#") || $0.hasPrefix("_") || $0 == "CellHooks" })
    }

    @Test func oddTextHarmsNothing() throws {
      let notebook = try Notebook()
      let odd = [
        String(repeating: "[", count: 10_000) + "|", String(repeating: "(", count: 200) + "|",
        "|", ".|", "\\(|", "\u{0}|", "let x = \u{FFFD}|", "x.|.y", "#if |", "@|", "$0.|", "}|{",
        String(repeating: "a.", count: 3000) + "|",
      ]
      for place in odd { _ = notebook.suggestions(place) }
      #expect(notebook.suggestions("prin|").contains("print("))
      #expect(notebook.session.complete("abc", at: 99).range == 0..<3)
      #expect(notebook.session.complete("abc", at: -1).range == 0..<0)
    }
  }
}
