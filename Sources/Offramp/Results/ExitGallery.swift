import Charts
public import Datasets
public import Display
public import Inference

/// Samples in the rows of the exits at which they left: who is easy, and who has to go on.
///
/// ```swift
/// let outcome = try run.evaluate().leaving(at: .confidence(0.9))
/// outcome.gallery(of: data)
/// ```
public struct ExitGallery: Displayable {
  private static let columns = ContactSheet.columns
  private static let cell = ContactSheet.cell
  private static let gap = 8.0
  private static let margin = 14.0
  private static let rowHeight = 70.0

  /// Who left where.
  public let outcome: Outcome
  /// The images, in the outcome's order.
  public let split: Split
  /// The names of the classes, in the order of the labels.
  public let classNames: [String]

  /// The gallery in each of its representations.
  public var display: MIMEBundle { MIMEBundle(plain: plain, svg: svg, title: Self.title) }

  private static let title = "Who leaves where"

  /// Some of those who left at an exit, evenly over the split.
  private func leavers(_ exit: Int) -> [Int] {
    let all = outcome.exitOfSample.indices.filter { outcome.exitOfSample[$0] == exit }
    guard all.count > Self.columns else { return all }
    return (0..<Self.columns).map { all[$0 * all.count / Self.columns] }
  }

  private func name(_ label: Int32) -> String {
    classNames.indices.contains(Int(label)) ? classNames[Int(label)] : "\(label)"
  }

  private var plain: String {
    let rows = outcome.exits.enumerated().map { index, exit in
      let answers = leavers(index).map { sample in
        let (answer, truth) = (outcome.predictions[sample], outcome.labels[sample])
        return answer == truth ? name(answer) : "\(name(answer)) (is \(name(truth)))"
      }
      return "  \(exit.name), \(share(index)): \(answers.joined(separator: ", "))"
    }
    return (["\(Self.title): \(outcome.policy)"] + rows).joined(separator: "\n")
  }

  private func share(_ exit: Int) -> String {
    Written.percent(Double(outcome.distribution[exit]) / Double(max(1, outcome.count)))
  }

  // MARK: Drawing

  private var labels: Double {
    let widest = outcome.exits.map { TextMetrics.width($0.name, size: 11.5, bold: true) }.max() ?? 0
    return min(max(widest, 60), 140) + 24
  }

  private var svg: String {
    let top = 56.0
    let width = 2 * Self.margin + labels + Double(Self.columns) * (Self.cell + Self.gap) - Self.gap
    let height = top + Double(outcome.exits.count) * Self.rowHeight + 4
    let policy = "\(outcome.policy) · below each image the answer; wrong ones are marked"
    return SVGElement.identified { identifier in
      .document(
        width: width, height: height, identifier: identifier, title: Self.title,
        description: policy,
        children: [
          .text(Self.title, x: Self.margin, y: 24, size: 15, bold: true),
          SVGElement.text(policy, x: Self.margin, y: 42, size: 12).opacity(0.75),
        ] + outcome.exits.indices.map { row($0, top: top + Double($0) * Self.rowHeight) })
    }
  }

  private func row(_ exit: Int, top: Double) -> SVGElement {
    let color = Palette.colors[exit % Palette.colors.count]
    let middle = top + Self.cell / 2
    let head = [
      SVGElement.circle(x: Self.margin + 5, y: middle - 5, radius: 4).fill(.color(color)),
      .text(outcome.exits[exit].name, x: Self.margin + 15, y: middle - 1, size: 11.5, bold: true),
      SVGElement.text(share(exit), x: Self.margin + 15, y: middle + 14, size: 10.5).opacity(0.75),
    ]
    let samples = leavers(exit).enumerated().flatMap { column, sample in
      picture(
        sample, x: Self.margin + labels + Double(column) * (Self.cell + Self.gap), y: top)
    }
    let none =
      samples.isEmpty
      ? [
        SVGElement.text("nobody", x: Self.margin + labels, y: middle + 4, size: 11).opacity(0.6)
      ] : []
    return .group(head + samples + none)
  }

  private func picture(_ sample: Int, x: Double, y: Double) -> [SVGElement] {
    let (answer, truth) = (outcome.predictions[sample], outcome.labels[sample])
    let isRight = answer == truth
    let mistake = Paint.color(Palette.colors[1])
    let image = ContactSheet.image(split, sample, x: x, y: y)
      .tooltip(isRight ? name(truth) : "\(name(truth)), taken for \(name(answer))")
    let caption = SVGElement.text(
      ContactSheet.fitted(isRight ? name(answer) : "✗ \(name(answer))", width: Self.cell + 6),
      x: x + Self.cell / 2, y: y + Self.cell + 12, size: 10, anchor: .middle, bold: !isRight)
    guard !isRight else { return [image, caption] }
    let frame = SVGElement.rectangle(
      x: x - 1, y: y - 1, width: Self.cell + 2, height: Self.cell + 2
    ).fill(.none).stroke(mistake, width: 2)
    return [image, frame, caption]
  }
}

extension Outcome {
  /// Some of the samples that left at each exit, as pictures.
  ///
  /// - Parameter data: The data set on whose test split the outcome was computed.
  /// - Throws: An `InferenceError` if the test split has another number of images.
  public func gallery(of data: Dataset) throws -> ExitGallery {
    try gallery(of: data.test, classNames: data.classNames)
  }

  /// Some of the samples that left at each exit, as pictures.
  ///
  /// - Parameters:
  ///   - split: The images that the outcome was computed on.
  ///   - classNames: The names of the classes; their numbers if empty.
  /// - Throws: An `InferenceError` if the split has another number of images.
  public func gallery(of split: Split, classNames: [String] = []) throws -> ExitGallery {
    guard split.labels == labels else {
      throw InferenceError(
        "The outcome is of \(count) other images than the \(split.count) of “\(split.name)”; give "
          + "the split that was evaluated.")
    }
    return ExitGallery(outcome: self, split: split, classNames: classNames)
  }
}
