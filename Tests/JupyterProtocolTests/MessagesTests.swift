import JupyterProtocol
import Testing

@Suite struct MessagesTests {
  @Test func anExecuteRequestHasTheDefaultsOfTheProtocol() throws {
    let request = try ExecuteRequest(["code": "1"])
    #expect(!request.silent && request.storeHistory && request.stopOnError)
    #expect(request.userExpressions.isEmpty)
  }

  @Test func silentMeansNotStored() throws {
    #expect(try !ExecuteRequest(["code": "1", "silent": true, "store_history": true]).storeHistory)
  }

  @Test func anExecuteRequestWithoutCodeIsAnError() {
    #expect(throws: ContentError("an execute_request needs `code`, a string")) {
      try ExecuteRequest([:])
    }
    #expect(throws: ContentError("`code` in an execute_request must be a string, got a number")) {
      try ExecuteRequest(["code": 1])
    }
    #expect(throws: ContentError("an execute_request must be an object, got an array")) {
      try ExecuteRequest([])
    }
    #expect(throws: ContentError.self) {
      try ExecuteRequest(["code": "", "user_expressions": ["a": 1]])
    }
  }

  @Test func anExecuteReplyAlwaysCarriesTheCount() {
    let error = ErrorContent(name: "Boom", value: "it failed", traceback: ["line"])
    for status: ExecuteReply.Status in [.ok(userExpressions: [:]), .error(error), .aborted] {
      #expect(ExecuteReply(status, executionCount: 3).json["execution_count"] == 3)
    }
  }

  @Test func anErrorReplyCarriesTheThreePartsOfTheError() {
    let error = ErrorContent(name: "Boom", value: "it failed", traceback: ["line"])
    let json = ExecuteReply(.error(error), executionCount: 1).json
    #expect(json["status"] == "error")
    #expect(json["ename"] == "Boom")
    #expect(json["evalue"] == "it failed")
    #expect(json["traceback"] == ["line"])
  }

  @Test func aDisplayCarriesItsIdentifierInTransient() {
    let data = MIMEData(data: ["text/plain": "x"])
    #expect(DisplayData(data, id: "d").json["transient"]?["display_id"] == "d")
    #expect(DisplayData(data).json["transient"] == [:])
    #expect(UpdateDisplayData(data, id: "d").json["transient"]?["display_id"] == "d")
  }

  @Test func aHeaderKeepsWhatItDoesNotKnow() throws {
    let json: JSON = [
      "msg_id": "1", "session": "s", "username": "u", "date": "d", "msg_type": "t",
      "version": "5.7", "subshell_id": "sub",
    ]
    #expect(try Header(json).json == json)
  }

  @Test func everyMessageHasAnIdentifierOfItsOwn() {
    let factory = MessageFactory()
    let identifiers = (0..<100).map { _ in factory.message("status", content: [:]).header.id }
    #expect(Set(identifiers).count == 100)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000000Z"), (951_827_696, "2000-02-29T12:34:56.000000Z"),
    (1_795_255_199, "2026-11-21T09:59:59.000000Z"), (-1, "1969-12-31T23:59:59.000000Z"),
    (253_402_300_799, "9999-12-31T23:59:59.000000Z"),
  ])
  func aTimestampIsISO8601(seconds: Int, text: String) {
    #expect(Timestamp.text(seconds: seconds, microseconds: 0) == text)
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"),
  ])
  func base64IsThatOfTheRFC(text: String, encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
  }
}
