import Datasets
package import Display
import Synchronization

/// Shows the download of a data set below the running cell, in one display that is updated in place.
package final class DownloadDisplay: Sendable {
  private let ownSink: (any DisplaySink)?
  private let shown = Mutex<String?>(nil)

  /// A display that leads to the given output; to the process's own if nil.
  package init(sink: (any DisplaySink)? = nil) { ownSink = sink }

  /// Shows how far a download is.
  ///
  /// - Throws: `Interrupted` if the user wants the cell to end; what has been downloaded stays.
  package func report(_ progress: DownloadProgress) throws {
    let (bundle, sink) = (Self.bundle(progress), ownSink ?? DisplayOutput.sink)
    let (id, isNew) = shown.withLock { id -> (String, Bool) in
      let current = id ?? "download-" + String(UInt64.random(in: 0 ... .max), radix: 16)
      defer { id = progress.stage == .finished ? nil : current }
      return (current, id == nil)
    }
    if isNew { sink.show(bundle, id: id) } else { sink.update(bundle, id: id) }
    try Interrupt.check()
  }

  package static func bundle(_ progress: DownloadProgress) -> MIMEBundle {
    let sizes = "\(megabytes(progress.bytes)) of \(megabytes(progress.total)) MB"
    let state = "\(progress.name): \(progress.stage.rawValue), \(sizes)"
    let done = Int(progress.fraction * 20)
    let bar = String(repeating: "█", count: done) + String(repeating: "░", count: 20 - done)
    let html =
      "<progress max=\"1\" value=\"\(progress.fraction)\" style=\"width:20em\"></progress> \(state)"
    return MIMEBundle(plain: "\(bar) \(state)", ["text/html": .text(html)])
  }

  private static func megabytes(_ bytes: Int) -> Int { (bytes + 500_000) / 1_000_000 }
}
