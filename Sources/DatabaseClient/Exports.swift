@_exported public import DatabaseURLs
