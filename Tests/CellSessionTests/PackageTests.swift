import CellSession
import Display
import Glibc
import Synchronization
import Testing

extension SessionTests {
  @Suite struct PackageTests {
    @Test func aPackageOfAFolderIsImportedInAnyCell() throws {
      let place = Place()
      place.write(
        "Shapes",
        "public struct Square {\n  public var side: Int\n"
          + "  public init(side: Int) { self.side = side }\n  public var area: Int { square(side) }\n}",
        dependency: "Shims", c: "static inline int square_c(int x) { return x * x; }")
      let notebook = try Notebook(cache: place.cache)
      _ = notebook.value("let before = 1")
      let (shown, outcome) = notebook.run(
        "%package \(place.folder)/Shapes\nimport Shapes\nSquare(side: 4).area + before")
      guard case .finished(let result) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(result?.plainText == "17")
      #expect(shown.last?.contains(#/: Shapes local, built in .*: import Shapes/#) == true)
      #expect(notebook.value("let square = Square(side: 5)\nsquare.area") == "25")
      #expect(notebook.run("%package").shown.joined().contains(#/Shapes +local +Shapes/#))
      let crash = try notebook.failure("fatalError()")
      #expect(crash.name == "FatalError")
      #expect(notebook.value("Square(side: 6).area") == "36")

      // A second session builds nothing, neither the package nor the cells.
      let second = try Notebook(cache: place.cache)
      let again = second.run("%package \(place.folder)/Shapes").shown
      #expect(again.count == 1)
      #expect(again.first?.hasPrefix("display Shapes local: import Shapes as ") == true)
      #expect(second.value("import Shapes\nSquare(side: 3).area") == "9")
    }

    @Test func anEditedPackageIsNotMixedWithTheLoadedOne() throws {
      let place = Place()
      place.write("Greeter", "public let greeting = \"one\"")
      let notebook = try Notebook(cache: place.cache)
      let line = "%package \(place.folder)/Greeter\nimport Greeter\ngreeting"
      #expect(notebook.value(line) == "one")
      #expect(notebook.value(line) == "one")
      place.write("Greeter", "public let greeting = \"two, longer\"")
      let failure = try notebook.failure(line)
      #expect(failure.name == "PackageError")
      #expect(failure.message.contains("run %reset, then this cell again"), "\(failure.message)")
      #expect(notebook.value("greeting") == "one")
      _ = notebook.value("%reset")
      #expect(notebook.value(line) == "two, longer")
    }

    @Test func twoPackagesShareWhatBothNeed() throws {
      let place = Place()
      place.write(
        "Common",
        "public struct Token: Equatable { public var n: Int\n"
          + "  public init(n: Int) { self.n = n } }")
      place.write("Maker", "import Common\npublic func make() -> Token { Token(n: 3) }", "Common")
      place.write(
        "Reader", "import Common\npublic func read(_ x: Any) -> Int { (x as? Token)?.n ?? -1 }",
        "Common")
      let notebook = try Notebook(cache: place.cache)
      _ = notebook.value("%package \(place.folder)/Maker\nimport Maker\nlet token = make()")
      #expect(
        notebook.value("%package \(place.folder)/Reader\nimport Reader\nread(token)") == "3")
    }

    @Test func aRepositoryIsFetchedInTheVersionAskedFor() throws {
      let place = Place()
      place.write("Versions", "public let version = 1")
      let git = "git -c user.name=a -c user.email=a@b.c"
      let folder = "\(place.folder)/Versions"
      let notebook = try Notebook(cache: place.cache)
      _ = notebook.value(
        "!cd \(folder) && git init -q . && git add . && \(git) commit -qm 1 && git tag 1.2.0")
      place.write("Versions", "public let version = 2")
      _ = notebook.value("!cd \(folder) && \(git) commit -qam 2 && git tag 2.0.0")
      let url = "file://\(folder)"
      #expect(
        notebook.value("%package \"\(url)\" from: \"1.0\"\nimport Versions\nversion") == "1")
      let other = try notebook.failure("%package .package(url: \"\(url)\", exact: \"2.0.0\")")
      #expect(other.message.contains("a version of the module Versions other than"), "\(other)")
      _ = notebook.value("%reset")
      let newest = "%package \"\(url)\" from: \"2.0.0\"\nimport Versions\nversion"
      #expect(notebook.value(newest) == "2")
      let none = try notebook.failure("%package \"\(url)\" from: \"7.0.0\"")
      #expect(none.message.contains("7.0.0"), "\(none.message)")
      let gone = try notebook.failure("%package \"file:///nowhere/Gone\" from: \"1.0.0\"")
      #expect(gone.message.contains("file:///nowhere/Gone cannot be fetched"), "\(gone.message)")
    }

    @Test func theExecutablesOwnPackagesAreNotInTheWay() throws {
      let place = Place()
      place.write(
        "ArgumentParser",
        "public protocol ParsableArguments { var mine: Int { get } }\n"
          + "public struct ArgumentHelp: ParsableArguments {\n  public init() {}\n"
          + "  public var mine: Int { 42 }\n}")
      let notebook = try Notebook(cache: place.cache)
      let code = "%package \(place.folder)/ArgumentParser\nimport ArgumentParser\n"
      #expect(notebook.value(code + "(ArgumentHelp() as any ParsableArguments).mine") == "42")
      place.write("Charts", "public let a = 1")
      let clash = try notebook.failure("%package \(place.folder)/Charts")
      #expect(
        clash.message
          == "Charts has a module Charts, and so has Offramp: cells could not tell them apart.")
    }

    @Test func anInterruptEndsTheBuildAndANewOneWorks() throws {
      let place = Place()
      place.write("Later", "public let later = 5")
      let notebook = try Notebook(cache: place.cache)
      let session = notebook.session
      let line = "%package \(place.folder)/Later\nimport Later\nlater"
      let outcome = session.execute(line, number: 90) { event in
        if case .display = event { session.interrupt() }
      }
      guard case .failed(let failure) = outcome else { throw Notebook.Finished() }
      #expect(failure.name == "Interrupted")
      #expect(notebook.value(line) == "5")
    }

    @Test func mistakesAreSentences() throws {
      let place = Place()
      place.write("Broken", "public func f() -> Int { \"text\" }")
      place.write("Shapes", "public let a = 1")
      let notebook = try Notebook(cache: place.cache)
      let build = try notebook.failure("%package \(place.folder)/Broken")
      #expect(build.name == "PackageError")
      #expect(build.message.contains("Broken cannot be built: cannot convert"), "\(build.message)")
      #expect(build.plainTraceback.contains("Broken.swift:1:26"), "\(build.plainTraceback)")
      func message(_ arguments: String) throws -> String {
        try notebook.failure("%package \(arguments)").message
      }
      #expect(try message("/nowhere").contains("There is no folder /nowhere"))
      #expect(try message("/usr").contains("/usr holds no Package.swift"))
      #expect(try message("https://host/a/b").contains("needs a version"))
      #expect(try message("https://host/a/b from: new").contains("“new” is not a version"))
      #expect(try message("https://host/a/b from:").contains("“from:” has no value"))
      #expect(try message("\(place.folder)/Shapes product: Circle").contains("it has Shapes"))
      #expect(try message("\(place.folder)/Shapes from: 1.0.0").contains("has no versions"))
      #expect(try message("a b").contains("“b” is one word too many"))
    }
  }
}

/// A folder with packages that tests write, and a cache for what is built of them.
private final class Place {
  let folder = "/tmp/offramp-packages-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  var cache: String { "\(folder)/cache" }

  init() { mkdir(folder, 0o700) }

  deinit { _ = shell("rm -rf \(folder)") }

  /// Writes a package of one Swift target, perhaps with a C target, that may need another package.
  func write(_ name: String, _ source: String, _ package: String? = nil) {
    let needed = package.map { "dependencies: [.package(path: \"../\($0)\")], " } ?? ""
    let product =
      package.map { ", dependencies: [.product(name: \"\($0)\", package: \"\($0)\")]" } ?? ""
    write(name, source, needed: needed, targets: ".target(name: \"\(name)\"\(product))")
  }

  func write(_ name: String, _ source: String, dependency: String, c: String) {
    write(
      name,
      "import \(dependency)\nfunc square(_ x: Int) -> Int { Int(square_c(Int32(x))) }\n\(source)",
      needed: "",
      targets: ".target(name: \"\(dependency)\"), "
        + ".target(name: \"\(name)\", dependencies: [\"\(dependency)\"])")
    let include = "\(folder)/\(name)/Sources/\(dependency)/include"
    _ = shell("mkdir -p \(include)")
    put(c, in: "\(include)/\(dependency).h")
    put("#include \"\(dependency).h\"\n", in: "\(folder)/\(name)/Sources/\(dependency)/shim.c")
  }

  private func write(_ name: String, _ source: String, needed: String, targets: String) {
    _ = shell("mkdir -p \(folder)/\(name)/Sources/\(name)")
    put(
      "// swift-tools-version: 5.9\nimport PackageDescription\nlet package = Package("
        + "name: \"\(name)\", products: [.library(name: \"\(name)\", targets: [\"\(name)\"])], "
        + "\(needed)targets: [\(targets)])\n", in: "\(folder)/\(name)/Package.swift")
    put(source, in: "\(folder)/\(name)/Sources/\(name)/\(name).swift")
  }

  private func put(_ text: String, in path: String) {
    guard let file = fopen(path, "w") else { return }
    fputs(text, file)
    fclose(file)
  }

  private func shell(_ line: String) -> Int32 { system(line) }
}
