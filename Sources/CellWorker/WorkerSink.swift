import Display
import Glibc
import Synchronization

/// Sends displays to the session, each in its place among what is printed.
final class WorkerSink: DisplaySink, @unchecked Sendable {
  private let channel: FrameChannel
  private let turn = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let acknowledged = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  private let answered = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  private let answer = Mutex(InputAnswer.unavailable)

  init(channel: FrameChannel) {
    self.channel = channel
    pthread_mutex_init(turn, nil)
    sem_init(acknowledged, 0, 0)
    sem_init(answered, 0, 0)
  }

  func show(_ bundle: MIMEBundle, id: String?) { report(.show(bundle, id: id)) }
  func update(_ bundle: MIMEBundle, id: String) { report(.update(bundle, id: id)) }
  func clear(wait: Bool) { report(.clear(wait: wait)) }
  func page(_ bundle: MIMEBundle) { report(.page(bundle)) }
  func send(_ message: CommMessage) { report(.comm(message)) }

  func ask(_ prompt: String, isSecret: Bool) throws -> String {
    report(.ask(prompt: prompt, isSecret: isSecret))
    while sem_wait(answered) != 0, errno == EINTR {}
    switch answer.withLock({ $0 }) {
    case .line(let text): return text
    case .unavailable: throw InputError.unavailable
    case .interrupted: throw Interrupted()
    }
  }

  /// The line that was asked for has come.
  func take(_ answer: InputAnswer) {
    self.answer.withLock { $0 = answer }
    sem_post(answered)
  }

  /// The session has passed the last display on.
  func acknowledge() { sem_post(acknowledged) }

  /// Writes out what was printed, then sends a report, and waits if the session is to confirm it.
  func report(_ report: WorkerReport) {
    pthread_mutex_lock(turn)
    defer { pthread_mutex_unlock(turn) }
    fflush(nil)
    channel.send(report.frame)
    guard report.wantsAcknowledgement else { return }
    while sem_wait(acknowledged) != 0, errno == EINTR {}
  }
}
