import Testing

@testable import Services

@Suite struct RandomSourceTests {
    @Test func passwordsAreLongMixedAndNeedNoQuoting() {
        let allowed = Set(RandomSource.lowerLetters + RandomSource.upperLetters + RandomSource.digits + "-_.~*+=:")
        var seen: Set<String> = []
        for _ in 0..<200 {
            let password = RandomSource.system.masterPassword()
            #expect(password.count == 32)
            #expect(allowed.isSuperset(of: password))
            #expect(!"-_.~*+=:".contains(password.first ?? "-"))
            for sort in [RandomSource.lowerLetters, RandomSource.upperLetters, RandomSource.digits, "-_.~*+=:"] {
                #expect(password.contains { sort.contains($0) })
            }
            seen.insert(password)
        }
        #expect(seen.count == 200)
    }

    @Test func identifiersHaveTheShapesOfRDS() throws {
        #expect(try /db-[A-Z0-9]{26}/.wholeMatch(in: RandomSource.system.instanceResourceID()) != nil)
        #expect(
            try /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/.wholeMatch(in: RandomSource.system.uuid())
                != nil)
        #expect(try /[A-Za-z0-9]{6}/.wholeMatch(in: RandomSource.system.secretSuffix()) != nil)
    }
}
