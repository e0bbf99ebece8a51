import Datasets
import Display
import Offramp
import Testing

@Suite(.serialized) struct DownloadDisplayTests {
  private func progress(_ stage: DownloadProgress.Stage, _ bytes: Int) -> DownloadProgress {
    DownloadProgress(name: "CIFAR-10", stage: stage, bytes: bytes, total: 170_000_000)
  }

  @Test func oneDownloadHasOneDisplay() throws {
    let notebook = Notebook()
    let display = DownloadDisplay(sink: notebook)
    try display.report(progress(.downloading, 0))
    try display.report(progress(.downloading, 85_000_000))
    try display.report(progress(.finished, 170_000_000))
    #expect(notebook.events.map(\.isUpdate) == [false, true, true])
    #expect(Set(notebook.events.map(\.id)).count == 1)
    #expect(
      notebook.events[1].bundle.plainText
        == "██████████░░░░░░░░░░ CIFAR-10: downloading, 85 of 170 MB")
  }

  @Test func theNextDownloadHasADisplayOfItsOwn() throws {
    let notebook = Notebook()
    let display = DownloadDisplay(sink: notebook)
    try display.report(progress(.finished, 170_000_000))
    try display.report(progress(.downloading, 1_000_000))
    #expect(notebook.events.map(\.isUpdate) == [false, false])
    #expect(Set(notebook.events.map(\.id)).count == 2)
  }
}
