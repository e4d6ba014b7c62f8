internal import Foundation

/// Lines for the reader. Standard output is left to what a program answers.
public enum StandardError {
    /// One write for a line, so that lines of several tasks do not mix.
    public static func write(line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
