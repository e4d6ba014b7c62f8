internal import ArgumentParser

/// `--yes` of the verbs that destroy nothing: scripts give it to every verb alike.
struct DBAnswerOptions: ParsableArguments {
    @Flag(help: "Taken as by the verbs that ask before they destroy something; this one does not.")
    var yes = false
}
