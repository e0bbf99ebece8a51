import FoundationEssentials
import Glibc

/// What a kernel runs from, read from wherever this program is: a build folder or an installed
/// kernel.
///
/// An installed kernel is one folder that needs nothing else but the toolchain:
///
/// ```
/// kernel.json  logo-32x32.png  logo-64x64.png  logo-svg.svg
/// bin/offramp
/// modules/Offramp.swiftmodule …  modules/COneDNN/{COneDNN.h,module.modulemap}
/// ```
struct KernelFiles {
  /// The modules a cell can import: the umbrella, those below it, and what they are written on.
  static let modules = [
    "Offramp", "Training", "Inference", "Charts", "Display", "Networks", "Datasets", "Tensors",
    "Widgets", "JSONText",
  ]

  /// The C modules that those are written on, whose headers the compiler reads again.
  static let cModules = ["COneDNN", "CZlib"]

  /// One file: where it goes under the kernel's folder, and what is in it.
  struct File {
    var path: String
    var contents: Data
    var isExecutable = false
  }

  /// All files.
  let files: [File]

  /// Reads the files beside the running program.
  ///
  /// - Throws: `Failure` naming the first one missing.
  static func ofRunningProgram() throws -> KernelFiles {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = Files.parent(program)
    let installed = Files.parent(folder)
    let isInstalled = Files.exists("\(installed)/kernel.json")
    let layout: any KernelLayout =
      isInstalled ? InstalledLayout(folder: installed) : try BuildLayout(folder: folder)
    var files = [
      File(path: "bin/offramp", contents: try Files.read(program), isExecutable: true),
      File(path: "kernel.json", contents: try kernelDescription(layout)),
    ]
    for logo in ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"] {
      files.append(File(path: logo, contents: try Files.read("\(layout.description)/\(logo)")))
    }
    files += try swiftModules(layout) + resources(beside: folder)
    files += try cModules.flatMap { try cHeaders($0, layout) }
    return KernelFiles(files: files)
  }

  /// `kernel.json`, with the toolchain's place written into it.
  private static func kernelDescription(_ layout: any KernelLayout) throws -> Data {
    guard let toolchain = Toolchain.folder else {
      throw Failure(
        "Cells need a Swift toolchain, and \(Toolchain.whyMissing): install one from "
          + "https://www.swift.org/install/linux and put its usr/bin folder on the PATH.")
    }
    let text = String(decoding: try Files.read("\(layout.description)/kernel.json"), as: UTF8.self)
    return Data(text.replacing("{toolchain}", with: toolchain).utf8)
  }

  private static func swiftModules(_ layout: any KernelLayout) throws -> [File] {
    try modules.flatMap { module in
      try ["swiftmodule", "swiftdoc"].compactMap { kind in
        let source = "\(layout.modules)/\(module).\(kind)"
        guard Files.exists(source) else {
          if kind == "swiftdoc" { return nil }
          throw Failure(
            "\(source) is missing: run `swift build -c release --product offramp` in the checkout, "
              + "then install again.")
        }
        return File(path: "modules/\(module).\(kind)", contents: try Files.read(source))
      }
    }
  }

  private static func cHeaders(_ module: String, _ layout: any KernelLayout) throws -> [File] {
    let folder = "modules/\(module)"
    let source = layout.cHeaders(of: module)
    let map = "module \(module) {\n  umbrella header \"\(module).h\"\n  export *\n}\n"
    let headers = Files.names(in: source).filter { $0.hasSuffix(".h") }
    guard headers.contains("\(module).h") else {
      throw Failure("\(source)/\(module).h is missing: build Offramp again.")
    }
    return try [File(path: "\(folder)/module.modulemap", contents: Data(map.utf8))]
      + headers.map {
        File(path: "\(folder)/\($0)", contents: try Files.read("\(source)/\($0)"))
      }
  }

  /// The folders of data that a build puts beside its program.
  private static func resources(beside folder: String) throws -> [File] {
    try Files.names(in: folder)
      .filter { $0.hasPrefix("offramp_") && $0.hasSuffix(".resources") }
      .flatMap { bundle in
        try Files.all(in: "\(folder)/\(bundle)").map {
          File(
            path: "bin/\(bundle)/\($0)", contents: try Files.read("\(folder)/\(bundle)/\($0)"))
        }
      }
  }
}
