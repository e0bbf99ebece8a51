/// Asks which comms are open.
public enum CommInfoRequest { public static let type = "comm_info_request" }

/// The open comms: identifier to target name.
public struct CommInfoReply: OutgoingContent {
  public static let type = "comm_info_reply"

  public var comms: [String: String]

  public init(comms: [String: String]) { self.comms = comms }

  public var json: JSON {
    ["status": "ok", "comms": .object(comms.mapValues { ["target_name": .string($0)] })]
  }
}

/// A front end opens a comm.
public struct CommOpen: RequestContent {
  public static let type = "comm_open"

  public var id: String
  public var target: String

  public init(_ json: JSON) throws(ContentError) {
    let fields = try Fields(json, of: "a comm_open")
    id = try fields.string("comm_id")
    target = try fields.string("target_name", default: "")
  }
}

/// One side closes a comm.
public struct CommClose: OutgoingContent {
  public static let type = "comm_close"

  public var id: String

  public init(id: String) { self.id = id }

  public var json: JSON { ["comm_id": .string(id), "data": [:]] }
}
