import Display
import Glibc

/// Sends displays to the session, each in its place among what is printed.
final class WorkerSink: DisplaySink, @unchecked Sendable {
  private let channel: FrameChannel
  private let turn = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let acknowledged = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init(channel: FrameChannel) {
    self.channel = channel
    pthread_mutex_init(turn, nil)
    sem_init(acknowledged, 0, 0)
  }

  func show(_ bundle: MIMEBundle, id: String?) { report(.show(bundle, id: id)) }
  func update(_ bundle: MIMEBundle, id: String) { report(.update(bundle, id: id)) }
  func clear(wait: Bool) { report(.clear(wait: wait)) }

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
