public import Foundation

extension DBInstance {
    /// What holds an instance's files. Decided when it is made, and never changed.
    public struct Volume: Codable, Sendable, Equatable {
        public enum Kind: String, Codable, Sendable, Equatable {
            /// A file system of its own, as large as `AllocatedStorage` says.
            case image
            case directory
        }

        /// How its files are encrypted, and the key that opens them.
        public struct Encryption: Codable, Sendable, Equatable {
            public enum Method: String, Codable, Sendable, Equatable { case fscrypt, gocryptfs }

            public var method: Method
            /// The ARN of the KMS key.
            public var keyARN: String
            /// The volume's own key, encrypted by that one.
            public var dataKey: Data

            public init(method: Method, keyARN: String, dataKey: Data) {
                self.method = method
                self.keyARN = keyARN
                self.dataKey = dataKey
            }
        }

        public var kind: Kind
        /// Nil for none.
        public var encryption: Encryption?

        public init(kind: Kind, encryption: Encryption? = nil) {
            self.kind = kind
            self.encryption = encryption
        }
    }

    /// The kind of its volume, for instances of the time before volumes as well.
    public var volumeKind: Volume.Kind { volume?.kind ?? .directory }

    /// Its file system has the size that `AllocatedStorage` says.
    public var hasRealSize: Bool { volumeKind == .image }
}

extension DBInstance.Spec {
    /// Its owner asked for a speed of storage. Without that storage is as fast as the disk, whatever its type.
    public var hasSpeed: Bool { iops != nil || storageThroughput != nil }
}

/// What new volumes can be on this host, and how large the present ones can become.
public protocol VolumeDesk: Sendable {
    /// What a volume without encryption is.
    var plain: DBInstance.Volume.Kind { get }
    /// What an encrypted one is, and by what; nil where that is impossible.
    var encrypted: (kind: DBInstance.Volume.Kind, method: DBInstance.Volume.Encryption.Method)? { get }
    /// Why that is impossible, and what to install.
    var encryptionObstacle: String { get }
    /// Why the speed of such a volume cannot be limited; nil where it can.
    func speedObstacle(_ kind: DBInstance.Volume.Kind) -> String?
    /// GiB that the disk could give an instance in all; nil where its size is a number alone.
    func roomGiB(for instance: DBInstance) -> Int?
}
