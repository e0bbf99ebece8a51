import Datasets
import Glibc
import Testing

/// Downloads, from file:// addresses: no network is needed.
@Suite(.serialized) struct ArchiveTests {
  private let web: TemporaryFolder
  private let cache: TemporaryFolder

  init() throws {
    web = try TemporaryFolder()
    cache = try TemporaryFolder()
    web.makeFolder("stuff")
    try web.write((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }, to: "stuff/a.bin")
    web.run("tar", "-czf", "\(web.path)/stuff.tar.gz", "-C", web.path, "stuff")
  }

  private func archive(md5: String? = nil, file: String = "stuff.tar.gz") -> Archive {
    let sum = web.run("md5sum", "\(web.path)/stuff.tar.gz").prefix(32)
    let size = web.run("stat", "-c", "%s", "\(web.path)/stuff.tar.gz").dropLast()
    return Archive(
      name: "Stuff", url: "file://\(web.path)/\(file)", md5: md5 ?? String(sum),
      bytes: Int(size) ?? 0, folder: "stuff")
  }

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch let error as DatasetError { return error.message } catch {}
    return "no error"
  }

  @Test func aDownloadIsCheckedAndUnpacked() throws {
    let folder = try archive().fetched(into: "\(cache.path)/deep/er")
    #expect(folder == "\(cache.path)/deep/er/stuff")
    #expect(cache.run("cmp", "\(folder)/a.bin", "\(web.path)/stuff/a.bin").isEmpty)
    #expect(cache.exists("deep/er/stuff/a.bin"))
    #expect(!cache.exists("deep/er/stuff.tar.gz.part"))
    #expect(!cache.exists("deep/er/stuff.unpacking"))
    web.run("rm", "\(web.path)/stuff.tar.gz")
    #expect(try archive(md5: "").fetched(into: "\(cache.path)/deep/er") == folder)
  }

  @Test func aPartIsContinued() throws {
    let archive = archive()
    web.run(
      "dd", "if=\(web.path)/stuff.tar.gz", "of=\(cache.path)/stuff.tar.gz.part", "bs=1000",
      "count=5", "status=none")
    #expect(try archive.fetched(into: cache.path) == "\(cache.path)/stuff")
    web.run("cp", "\(web.path)/stuff.tar.gz", "\(cache.path)/stuff.tar.gz.part")
    cache.run("rm", "-r", "\(cache.path)/stuff")
    #expect(try archive.fetched(into: cache.path) == "\(cache.path)/stuff")
  }

  @Test func aWrongSumIsAnErrorAndNothingStays() throws {
    let text = message { _ = try archive(md5: "0").fetched(into: cache.path) }
    #expect(text.contains("The download of Stuff is corrupt"))
    #expect(text.hasSuffix("It has been removed; try again."))
    #expect(!cache.exists("stuff.tar.gz.part"))
    #expect(!cache.exists("stuff"))
  }

  @Test func aFailedDownloadSaysHowToDoWithout() {
    let text = message { _ = try archive(file: "absent").fetched(into: cache.path) }
    #expect(text.hasPrefix("Stuff could not be downloaded from file://"))
    #expect(text.contains("curl: (37)"))
    #expect(text.contains("pass a folder"))
    let file = message { _ = try archive().fetched(into: "/proc/nothing") }
    #expect(file.contains("Cannot make the folder /proc/nothing"))
  }

  @Test func theObserverSeesProgressAndMayStop() throws {
    struct Stop: Error {}
    Dataset.downloadObserver = { _ in throw Stop() }
    defer { Dataset.downloadObserver = nil }
    #expect(throws: Stop.self) { try archive().fetched(into: cache.path) }
    let log = Log()
    Dataset.downloadObserver = { log.stages.append($0.stage) }
    _ = try archive().fetched(into: cache.path)
    #expect(log.stages.last == .finished)
  }

  private final class Log: @unchecked Sendable { var stages: [DownloadProgress.Stage] = [] }
}
