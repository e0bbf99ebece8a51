import Glibc
import JupyterProtocol
import Testing

@Suite struct ConnectionFileTests {
  static let good: [String: JSON] = [
    "transport": "tcp", "ip": "127.0.0.1", "shell_port": 1001, "iopub_port": 1002,
    "stdin_port": 1003, "control_port": 1004, "hb_port": 1005, "key": "secret",
    "signature_scheme": "hmac-sha256", "kernel_name": "offramp",
  ]

  @Test func endpointsAreThoseOfZeroMQ() throws {
    let file = try ConnectionFile(.object(Self.good))
    #expect(file.endpoint(.shell) == "tcp://127.0.0.1:1001")
    #expect(file.endpoint(.heartbeat) == "tcp://127.0.0.1:1005")
    let ipc = try ConnectionFile(
      .object(Self.good.merging(["transport": "ipc", "ip": "/run/kernel"]) { $1 }))
    #expect(ipc.endpoint(.iopub) == "ipc:///run/kernel-1002")
  }

  @Test(arguments: [
    ("signature_scheme", JSON.string("hmac-md5"), "`signature_scheme` must be `hmac-sha256`"),
    ("transport", "udp", "`transport` must be `tcp` or `ipc`"),
    ("shell_port", "1", "`shell_port` in the file must be a whole number, got a string"),
    ("shell_port", 0, "`shell_port` must be from 1 to 65535, got 0"),
    ("shell_port", 1002, "`shell_port` and `iopub_port` are both 1002"),
    ("hb_port", nil, "the file needs `hb_port`"),
    ("ip", nil, "the file needs `ip`"),
    ("curve_secretkey", "x", "`curve_publickey` must be 40 characters of Z85, got 0"),
  ])
  func aWrongFieldIsNamed(field: String, value: JSON, sentence: String) throws {
    let error = #expect(throws: ContentError.self) {
      try ConnectionFile(.object(Self.good.merging([field: value]) { $1 }))
    }
    #expect(error?.description.contains(sentence) == true)
  }

  @Test func aMissingFileIsAClearError() {
    let error = #expect(throws: ConnectionFileError.self) {
      try ConnectionFile(path: "/no/such/kernel.json")
    }
    #expect(
      error?.description.hasPrefix(
        "cannot use the connection file /no/such/kernel.json: it cannot be opened "
          + "(No such file or directory)") == true)
  }

  @Test func aFileIsReadFromDisk() throws {
    let path = "/tmp/offramp-connection-\(Identifier.random()).json"
    defer { unlink(path) }
    try write(JSON.object(Self.good).description, to: path)
    #expect(try ConnectionFile(path: path).key == Array("secret".utf8))
    try write("{\"ip\": ", to: path)
    let error = #expect(throws: ConnectionFileError.self) { try ConnectionFile(path: path) }
    #expect(error?.description.contains("it is not valid JSON at byte 7") == true)
    #expect(throws: ConnectionFileError.self) { try ConnectionFile(path: "/tmp") }
  }

  private func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
  }
}
