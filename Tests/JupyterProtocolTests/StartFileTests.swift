import JupyterProtocol
import Testing

@Suite struct StartFileTests {
  private let registration: JSON = [
    "kernel_id": "one", "transport": "tcp", "registration_ip": "127.0.0.1",
    "registration_port": 5555, "signature_scheme": "hmac-sha256", "key": "secret",
  ]

  @Test func aRegistrationFileSaysWhomToTell() throws {
    let file = try RegistrationFile(registration)
    #expect(file.kernel == "one")
    #expect(file.endpoint == "tcp://127.0.0.1:5555")
    #expect(file.connection.address == "127.0.0.1")
    #expect(file.connection.ports.isEmpty)
    #expect(file.connection.key == Array("secret".utf8))
  }

  @Test func thePortsAreToldAsText() throws {
    let file = try RegistrationFile(registration)
    let ports = Dictionary(uniqueKeysWithValues: zip(Channel.allCases, 1...))
    #expect(
      file.announcement(of: file.connection.listening(at: ports)) == [
        "kernel_id": "one", "shell_port": "1", "control_port": "2", "iopub_port": "3",
        "stdin_port": "4", "hb_port": "5",
      ])
  }

  @Test(arguments: ["registration_ip", "registration_port"])
  func aMissingFieldIsNamed(name: String) throws {
    var members = try #require(registration.object)
    members[name] = nil
    let error = #expect(throws: ContentError.self) { try RegistrationFile(.object(members)) }
    #expect(error?.description.contains("`\(name)`") == true)
  }

  @Test func aConnectionFileComesBackAsItWasWritten() throws {
    let keys = try CurveKeys(
      publicKey: String(repeating: "a", count: 40), secretKey: String(repeating: "{", count: 40))
    let json: JSON = [
      "transport": "ipc", "ip": "/tmp/k", "key": "s", "shell_port": 1, "control_port": 2,
      "iopub_port": 3, "stdin_port": 4, "hb_port": 5,
      "curve_publickey": .string(keys.publicKey), "curve_secretkey": .string(keys.secretKey),
    ]
    let file = try ConnectionFile(json)
    #expect(file.curve == keys)
    #expect(try ConnectionFile(file.json) == file)
  }

  @Test(arguments: ["", String(repeating: "a", count: 39), String(repeating: "~", count: 40)])
  func aKeyThatIsNoneIsAnError(key: String) {
    #expect(throws: ContentError.self) {
      try CurveKeys(publicKey: key, secretKey: String(repeating: "a", count: 40))
    }
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("127.8.8.8", true), ("localhost", true), ("0.0.0.0", false),
    ("*", false), ("192.168.1.2", false),
  ])
  func onlyLoopbackIsLocal(address: String, isLocal: Bool) throws {
    var members = try #require(registration.object)
    members["ip"] = .string(address)
    #expect(try RegistrationFile(.object(members)).connection.isLocal == isLocal)
  }
}
