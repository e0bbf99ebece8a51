import Glibc
import Synchronization

/// The kernel's side of the process that answers questions about Swift text.
///
/// Any thread may ask; one question is answered at a time.
final class InsightHelper: Sendable {
  /// How long the first question of a process, and any later one, may take, in milliseconds.
  static let firstLimit = 5000
  static let limit = 2000
  /// How long a process may take for a question that nobody waits for any more.
  private static let patience = 30_000

  private struct Conversation {
    var channel: TextChannel?
    var isWarm = false
    var number = 0
    /// When the oldest question was asked that has no answer yet.
    var waitingSince: Int?
  }

  private let executable: String
  private let conversation = Mutex(Conversation())
  private let process = Mutex<(id: pid_t, isClosed: Bool)>((0, false))

  /// A helper that is started with the first question.
  ///
  /// - Parameter executable: The program whose command `insight` runs ``InsightServer``.
  init(executable: String) { self.executable = executable }

  deinit { close() }

  /// The answer to a question; `nil` if there is none in time.
  func ask(_ question: InsightQuestion, library: String) -> [String]? {
    guard access(library, R_OK) == 0 else { return nil }
    let start = milliseconds()
    while milliseconds() < start + Self.firstLimit {
      let answered: [String]?? = conversation.withLockIfAvailable {
        answer(to: question, library: library, start: start, &$0)
      }
      if let answered { return answered }
      usleep(2000)
    }
    return nil
  }

  /// The process, while there is one.
  var processID: pid_t? {
    bury(wait: false)
    return process.withLock { $0.id > 0 ? $0.id : nil }
  }

  /// Ends the process, and keeps it from being started again.
  func close() {
    process.withLock { process in
      process.isClosed = true
      if process.id > 0 { kill(process.id, SIGKILL) }
    }
    bury(wait: true)
  }

  private func answer(
    to question: InsightQuestion, library: String, start: Int, _ conversation: inout Conversation
  ) -> [String]? {
    endIfStuck(&conversation)
    if conversation.channel == nil || hasEnded() {
      end(&conversation)
      conversation.channel = self.start(library: library)
    }
    guard let channel = conversation.channel else { return nil }
    conversation.number += 1
    let number = String(conversation.number)
    guard channel.send([number] + question.fields) else {
      end(&conversation)
      return nil
    }
    conversation.waitingSince = conversation.waitingSince ?? milliseconds()
    let deadline = start + (conversation.isWarm ? Self.limit : Self.firstLimit)
    while channel.hasBytes(by: deadline) {
      guard let fields = channel.receive(deadline: milliseconds() + Self.limit) else {
        end(&conversation)
        return nil
      }
      guard fields.first == number else { continue }
      conversation.waitingSince = nil
      conversation.isWarm = true
      return Array(fields.dropFirst())
    }
    return nil
  }

  private func endIfStuck(_ conversation: inout Conversation) {
    guard let since = conversation.waitingSince else { return }
    if milliseconds() - since > Self.patience { end(&conversation) }
  }

  private func end(_ conversation: inout Conversation) {
    if let channel = conversation.channel { Glibc.close(channel.descriptor) }
    conversation = Conversation(number: conversation.number)
    process.withLock { if $0.id > 0 { _ = kill($0.id, SIGKILL) } }
    bury(wait: true)
  }

  private func hasEnded() -> Bool {
    bury(wait: false)
    return process.withLock { $0.id == 0 }
  }

  /// Takes note of the end of the process.
  private func bury(wait: Bool) {
    process.withLock { process in
      guard process.id > 0, Children.hasEnded(process.id, waits: wait) else { return }
      Children.waitForEnd(of: process.id)
      process.id = 0
    }
  }

  private func start(library: String) -> TextChannel? {
    process.withLock { process in
      guard !process.isClosed else { return nil }
      var ends: [Int32] = [-1, -1]
      let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
      guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
      defer { Glibc.close(ends[1]) }
      let id = Self.spawn(executable, ["offramp", "insight", library], channel: ends[1])
      guard id > 0 else {
        Glibc.close(ends[0])
        return nil
      }
      process.id = id
      startThread { [weak self] in
        // It ends by itself when nobody asks for long.
        _ = Children.hasEnded(id, waits: true)
        self?.bury(wait: false)
      }
      return TextChannel(descriptor: ends[0])
    }
  }

  private static func spawn(_ program: String, _ arguments: [String], channel: Int32) -> pid_t {
    let source = fcntl(channel, F_DUPFD_CLOEXEC, 64)
    guard source >= 0 else { return 0 }
    defer { Glibc.close(source) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, mode) in [(Int32(0), O_RDONLY), (1, O_WRONLY), (2, O_WRONLY)] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", mode, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, source, InsightServer.descriptor)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var words = arguments.map { strdup($0) } + [nil]
    var environment = Self.environment.map { strdup($0) } + [nil]
    defer { (words + environment).forEach { free($0) } }
    var process: pid_t = 0
    let error = Children.start(&process) {
      posix_spawn(&$0, program, &actions, &attributes, &words, &environment)
    }
    return error == 0 ? process : 0
  }

  /// This process's environment; a crash is to end the helper at once, without a report.
  private static var environment: [String] {
    var result = ["SWIFT_BACKTRACE=enable=no"]
    var entry = environ
    while let text = entry.pointee {
      let variable = String(cString: text)
      if !variable.hasPrefix("SWIFT_BACKTRACE=") { result.append(variable) }
      entry += 1
    }
    return result
  }
}
