public import Foundation
internal import SwiftASN1
internal import X509

/// What a certificate's file says, for those who only look.
public enum CertificateFile {
    /// The end of the first certificate of a PEM file.
    public static func validTill(_ path: String) throws -> Date {
        try Certificate(pemEncoded: String(contentsOfFile: path, encoding: .utf8)).notValidAfter
    }
}
