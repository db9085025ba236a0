/// What leads to the roots, each behind what it needs.
///
/// Depth first, without recursion: a chain may be longer than the stack is deep.
///
/// - Parameters:
///   - entering: told each node when the walk first meets it.
///   - needs: what a node needs, in order; asked once.
package func dependencyOrder<Node: AnyObject>(
    from roots: some Sequence<Node>, entering: (Node) -> Void = { _ in }, needs: (Node) -> [Node]
) -> [Node] {
    var order: [Node] = [], seen = Set<ObjectIdentifier>()
    var stack: [(node: Node, needs: IndexingIterator<[Node]>)] = []
    func enter(_ node: Node) {
        guard seen.insert(ObjectIdentifier(node)).inserted else { return }
        entering(node)
        stack.append((node, needs(node).makeIterator()))
    }
    for root in roots {
        enter(root)
        while !stack.isEmpty {
            if let next = stack[stack.count - 1].needs.next() {
                enter(next)
            } else {
                order.append(stack.removeLast().node)
            }
        }
    }
    return order
}
