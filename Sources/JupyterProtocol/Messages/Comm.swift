/// Asks which comms are open.
public struct CommInfoRequest: RequestContent {
  public static let type = "comm_info_request"

  /// Only comms of this target; all when nil.
  public var target: String?

  public init(_ json: JSON) throws(ContentError) {
    let target = try Fields(json, of: "a comm_info_request").string("target_name", default: "")
    self.target = target.isEmpty ? nil : target
  }
}

/// The open comms: identifier to target name.
public struct CommInfoReply: OutgoingContent {
  public static let type = "comm_info_reply"

  public var comms: [String: String]

  public init(comms: [String: String]) { self.comms = comms }

  public var json: JSON {
    ["status": "ok", "comms": .object(comms.mapValues { ["target_name": .string($0)] })]
  }
}

/// One side opens a comm.
public struct CommOpen: RequestContent, OutgoingContent, Hashable {
  public static let type = "comm_open"

  public var id: String
  public var target: String
  public var data: JSON
  public var metadata: JSON
  public var buffers: [[UInt8]]

  public init(
    id: String, target: String, data: JSON = [:], metadata: JSON = [:], buffers: [[UInt8]] = []
  ) {
    self.id = id
    self.target = target
    self.data = data
    self.metadata = metadata
    self.buffers = buffers
  }

  public init(_ json: JSON) throws(ContentError) {
    let fields = try Fields(json, of: "a comm_open")
    self.init(
      id: try fields.string("comm_id"), target: try fields.string("target_name", default: ""),
      data: .object(try fields.object("data", default: [:])))
  }

  public var json: JSON {
    ["comm_id": .string(id), "target_name": .string(target), "data": data]
  }
}

/// One side sends data over a comm.
public struct CommData: RequestContent, OutgoingContent, Hashable {
  public static let type = "comm_msg"

  public var id: String
  public var data: JSON
  public var metadata: JSON
  public var buffers: [[UInt8]]

  public init(id: String, data: JSON = [:], metadata: JSON = [:], buffers: [[UInt8]] = []) {
    self.id = id
    self.data = data
    self.metadata = metadata
    self.buffers = buffers
  }

  public init(_ json: JSON) throws(ContentError) {
    let fields = try Fields(json, of: "a comm_msg")
    self.init(
      id: try fields.string("comm_id"), data: .object(try fields.object("data", default: [:])))
  }

  public var json: JSON { ["comm_id": .string(id), "data": data] }
}

/// One side closes a comm.
public struct CommClose: RequestContent, OutgoingContent, Hashable {
  public static let type = "comm_close"

  public var id: String
  public var data: JSON
  public var metadata: JSON
  public var buffers: [[UInt8]]

  public init(id: String, data: JSON = [:], metadata: JSON = [:], buffers: [[UInt8]] = []) {
    self.id = id
    self.data = data
    self.metadata = metadata
    self.buffers = buffers
  }

  public init(_ json: JSON) throws(ContentError) {
    let fields = try Fields(json, of: "a comm_close")
    self.init(
      id: try fields.string("comm_id"), data: .object(try fields.object("data", default: [:])))
  }

  public var json: JSON { ["comm_id": .string(id), "data": data] }
}
