import Glibc

/// The Swift toolchain that built this program and compiles its cells.
enum Toolchain {
  /// Its `usr` folder: the one `OFFRAMP_TOOLCHAIN` names; with that not set, the one whose runtime
  /// library this process has loaded, else that of the `swiftc` on the `PATH`.
  static var folder: String? {
    let candidates = chosen.map { [$0] } ?? [ofLoadedRuntime, ofCompilerOnPath].compactMap { $0 }
    return candidates.first { access("\($0)/bin/swift-frontend", X_OK) == 0 }
  }

  /// What to say when there is none.
  static var whyMissing: String {
    chosen.map { "OFFRAMP_TOOLCHAIN names \($0), where there is no bin/swift-frontend" }
      ?? "there is none on the PATH"
  }

  private static var chosen: String? { Environment["OFFRAMP_TOOLCHAIN"] }

  /// …/usr, from …/usr/lib/swift/linux/libswiftCore.so in this process's memory map.
  private static var ofLoadedRuntime: String? {
    let library = "/lib/swift/linux/libswiftCore.so"
    guard let map = try? Files.read("/proc/self/maps") else { return nil }
    return String(decoding: map, as: UTF8.self).split(separator: "\n")
      .first { $0.hasSuffix(library) }
      .flatMap { line in
        line.firstIndex(of: "/").map { String(line[$0...].dropLast(library.count)) }
      }
  }

  /// …/usr, from …/usr/bin/swiftc once links are followed.
  private static var ofCompilerOnPath: String? {
    guard let compiler = Tool(named: "swiftc"), let real = realpath(compiler.path, nil) else {
      return nil
    }
    defer { free(real) }
    return Files.parent(Files.parent(String(cString: real)))
  }
}
