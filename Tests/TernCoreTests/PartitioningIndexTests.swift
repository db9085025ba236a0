import TernCore
import Testing

@Suite struct PartitioningIndexTests {
    @Test func findsWhatALookThroughAllFinds() {
        var random = RandomState(seed: 5)
        for count in 0..<40 {
            let numbers = random.integers(in: 0..<12, count: count).sorted()
            for least in -1...13 {
                let all = numbers.firstIndex { $0 >= least } ?? count
                #expect(numbers.partitioningIndex { $0 >= least } == all)
                #expect(numbers[(count / 3)...].partitioningIndex { $0 >= least } == max(all, count / 3))
            }
        }
    }

    @Test func asksOnceForEachHalving() {
        var asked = 0
        let found = (0..<1_000_000).partitioningIndex {
            asked += 1
            return $0 >= 777_777
        }
        #expect(found == 777_777)
        #expect(asked <= 20)
    }
}
