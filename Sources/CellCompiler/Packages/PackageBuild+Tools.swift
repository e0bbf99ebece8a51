import Glibc

extension PackageBuild {
  /// Runs `swift` in the package's folder.
  ///
  /// - Returns: What it wrote to standard output.
  @discardableResult
  func swift(_ arguments: [String]) throws(PackageError) -> [UInt8] {
    try run(["\(toolchain.frontend.parentFolder ?? "")/swift"] + arguments)
  }

  /// Runs a tool in the package's folder; what it says about its progress is passed on.
  @discardableResult
  func run(_ command: [String]) throws(PackageError) -> [UInt8] {
    var log = ToolLog()
    let status: Int32
    do throws(ToolchainError) {
      status = try process.run(command, in: folder, environment: Self.environment) {
        for line in log.take($1, from: $0) { progress(line) }
      }
    } catch { throw PackageError(error.description) }
    if process.isCancelled { throw .interruption }
    guard status == 0 else { throw failure(log.lines, status: status) }
    return log.output
  }

  /// This process's environment, and no questions about passwords that nobody could answer.
  private static var environment: [String: String] {
    processEnvironment(over: ["GIT_TERMINAL_PROMPT": "0"])
  }

  private static let shownLines = 40

  /// What went wrong, from what the tools said.
  private func failure(_ lines: [String], status: Int32) -> PackageError {
    let start = lines.firstIndex { $0.hasPrefix("error: ") || $0.contains(#/:\d+: error: /#) } ?? 0
    let shown = Array(lines[start...].prefix(Self.shownLines))
    let first = shown.first.flatMap { line in
      line.firstRange(of: "error: ").map { String(line[$0.upperBound...]) }
    }
    let place =
      shown.first?.firstMatch(of: #/^(.*:\d+:\d+): error: /#).map { " (\($0.1))" } ?? ""
    let git = lines.lazy.map(\.trimmedAtStart).first { $0.hasPrefix("fatal: ") }?.dropFirst(7)
    if let git, case .repository(let url, _) = request.place {
      return PackageError(
        "\(url) cannot be fetched (\(git)): check the address and the network, or give the folder of "
          + "a copy.", lines: shown)
    }
    return PackageError(
      "\(request.name) cannot be built: \(first ?? "the tools ended with status \(status)")\(place)",
      lines: shown)
  }
}

/// What a tool writes, cut into lines.
private struct ToolLog {
  private(set) var output: [UInt8] = []
  private(set) var lines: [String] = []
  private var rests: [[UInt8]] = [[], []]

  /// Adds what came.
  ///
  /// - Returns: The new lines about progress.
  mutating func take(_ bytes: ArraySlice<UInt8>, from stream: LiveProcess.Stream) -> [String] {
    if stream == .output { output += bytes }
    rests[stream.rawValue] += bytes
    var parts = rests[stream.rawValue].split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == 10 || $0 == 13 })
    rests[stream.rawValue] = parts.popLast().map(Array.init) ?? []
    var news: [String] = []
    for part in parts where !part.isEmpty {
      let line = String(decoding: part, as: UTF8.self)
      if line.isProgress { news.append(line) } else { lines.append(line) }
    }
    return news
  }
}

extension String {
  fileprivate var trimmedAtStart: Substring { drop(while: \.isWhitespace) }

  /// Whether this is one of the lines by which the package manager shows that it works.
  fileprivate var isProgress: Bool {
    (first == "[" && dropFirst().first?.isNumber == true)
      || ["Fetching ", "Computing ", "Creating working copy", "Building for "].contains {
        hasPrefix($0)
      }
  }
}
