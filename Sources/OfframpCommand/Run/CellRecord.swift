import CellSession
import Display
import JupyterProtocol

/// The outputs of one cell, as a notebook keeps them (nbformat 4).
struct CellRecord {
  let number: Int
  private(set) var outputs: [Output] = []
  /// The displays that were changed after they were shown, here or in an earlier cell.
  private(set) var updates: [(id: String, bundle: MIMEBundle)] = []
  private var clearsAtNextOutput = false

  /// One output.
  enum Output {
    case stream(CellEvent.Stream, String)
    case display(MIMEBundle, id: String?)
    case result(MIMEBundle)
    case error(CellFailure)
  }

  init(number: Int) { self.number = number }

  /// Takes in what a running cell shows.
  mutating func add(_ event: CellEvent) {
    switch event {
    case .stream(let stream, let text): add(text, to: stream)
    case .display(let bundle, let id): append(.display(bundle, id: id))
    case .update(let bundle, let id):
      updates.append((id, bundle))
      update(id, to: bundle)
    case .clearOutput(wait: true): clearsAtNextOutput = true
    case .clearOutput(wait: false): outputs = []
    case .page, .comm: break
    }
  }

  /// Takes in how the cell ended.
  mutating func finish(_ outcome: CellOutcome) {
    switch outcome {
    case .finished(let result?): append(.result(result))
    case .finished(nil): break
    case .failed(let failure): append(.error(failure))
    }
  }

  /// Gives every display of this name new content.
  mutating func update(_ id: String, to bundle: MIMEBundle) {
    for (index, output) in outputs.enumerated() {
      if case .display(_, id) = output { outputs[index] = .display(bundle, id: id) }
    }
  }

  private mutating func append(_ output: Output) {
    if clearsAtNextOutput { outputs = [] }
    clearsAtNextOutput = false
    outputs.append(output)
  }

  private mutating func add(_ text: String, to stream: CellEvent.Stream) {
    if !clearsAtNextOutput, case .stream(stream, let earlier)? = outputs.last {
      outputs[outputs.count - 1] = .stream(stream, earlier + text)
    } else {
      append(.stream(stream, text))
    }
  }

  /// The outputs as a notebook's JSON.
  var json: JSON { .array(outputs.map(json)) }

  private func json(_ output: Output) -> JSON {
    switch output {
    case .stream(let stream, let text):
      ["output_type": "stream", "name": .string(stream.rawValue), "text": .lines(of: text)]
    case .display(let bundle, _):
      [
        "output_type": "display_data", "data": data(of: bundle), "metadata": metadata(of: bundle),
      ]
    case .result(let bundle):
      [
        "output_type": "execute_result", "execution_count": .integer(number),
        "data": data(of: bundle), "metadata": metadata(of: bundle),
      ]
    case .error(let failure):
      [
        "output_type": "error", "ename": .string(failure.name), "evalue": .string(failure.message),
        "traceback": .array(failure.traceback.map(JSON.string)),
      ]
    }
  }

  private func data(of bundle: MIMEBundle) -> JSON {
    .object(
      bundle.data.mapValues { content in
        switch content {
        case .text(let text): .lines(of: text)
        case .bytes(let bytes): .lines(of: Base64.encode(bytes))
        case .json(let text): (try? JSON(parsing: text)) ?? .string(text)
        }
      })
  }

  private func metadata(of bundle: MIMEBundle) -> JSON {
    .object(bundle.metadata.mapValues { (try? JSON(parsing: $0)) ?? .string($0) })
  }
}
