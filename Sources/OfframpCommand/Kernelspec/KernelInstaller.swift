import FoundationEssentials
import Glibc

/// Puts a kernel's files into a folder, whole or not at all.
struct KernelInstaller {
  /// The kernel's folder; it ends in `kernels/offramp`.
  let folder: String

  /// What an installation changed.
  enum Change { case installed, updated, nothing }

  /// Makes the folder hold exactly `files`.
  ///
  /// The files are written beside the folder and put in its place in one step, so that a kernel
  /// that Jupyter starts in between is either the old one or the new one.
  func install(_ files: [KernelFiles.File]) throws -> Change {
    if holds(files) { return .nothing }
    let kernels = Files.parent(folder)
    try Files.makeFolder(kernels)
    let staging = "\(Files.parent(kernels))/.offramp-\(getpid())"
    defer { try? Files.remove(staging) }
    for file in files {
      try Files.makeFolder(Files.parent("\(staging)/\(file.path)"))
      try Files.write(
        file.contents, to: "\(staging)/\(file.path)", executable: file.isExecutable)
    }
    try check(staging)
    return try put(staging)
  }

  /// Removes the folder; `false` if there was none.
  func uninstall() throws -> Bool {
    guard Files.exists(folder) else { return false }
    let aside = "\(Files.parent(Files.parent(folder)))/.offramp-\(getpid())"
    guard rename(folder, aside) == 0 else { throw Failure.system("remove", folder) }
    try Files.remove(aside)
    return true
  }

  /// Whether the folder holds these files and no others.
  private func holds(_ files: [KernelFiles.File]) -> Bool {
    guard Files.isFolder(folder) else { return false }
    guard Set(Files.all(in: folder)) == Set(files.map(\.path)) else { return false }
    return files.allSatisfy { file in
      let path = "\(folder)/\(file.path)"
      return (!file.isExecutable || access(path, X_OK) == 0)
        && FileManager.default.contents(atPath: path) == file.contents
    }
  }

  /// Starts the copied program once: better a sentence now than a kernel that never answers.
  private func check(_ staging: String) throws {
    let result = try Tool("\(staging)/bin/offramp").run(["--version"], seconds: 30)
    guard result.status == 0 else {
      throw Failure("The copied program does not start (\(result.firstLine)); nothing was changed.")
    }
  }

  private func put(_ staging: String) throws -> Change {
    if rename(staging, folder) == 0 { return .installed }
    guard errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR else {
      throw Failure.system("write", folder)
    }
    // The old folder, now at the staging path, is removed by the caller.
    guard exchange(staging, folder) == 0 else { throw Failure.system("replace", folder) }
    return .updated
  }

  /// Swaps two folders in one step: `renameat2`, which Glibc's module leaves out.
  private func exchange(_ one: String, _ other: String) -> Int32 {
    typealias Rename =
      @convention(c) (
        Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32
      ) -> Int32
    guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "renameat2") else {
      errno = ENOSYS
      return -1
    }
    let exchangingNames: UInt32 = 1 << 1
    return unsafeBitCast(symbol, to: Rename.self)(
      AT_FDCWD, one, AT_FDCWD, other, exchangingNames)
  }
}
