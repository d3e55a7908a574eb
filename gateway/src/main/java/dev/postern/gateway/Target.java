package dev.postern.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * The destination of a request: a backend, or a group of backends with weights.
 *
 * @param name the name in requests
 * @param members the backends
 */
record Target(String name, List<Member> members) {

    /** A backend and its weight: how often it is chosen, relative to the other members. */
    record Member(Backend backend, int weight) {}

    Target {
        members = List.copyOf(members);
    }

    static Target of(Backend backend) {
        return new Target(backend.name(), List.of(new Member(backend, 1)));
    }

    /** All members in random order: each position is drawn by weight from the members that are left. */
    List<Backend> order(DoubleSupplier random) {
        if (members.size() == 1) {
            return List.of(members.get(0).backend());
        }
        List<Member> left = new ArrayList<>(members);
        List<Backend> order = new ArrayList<>(left.size());
        while (!left.isEmpty()) {
            order.add(left.remove(draw(left, random.getAsDouble())).backend());
        }
        return order;
    }

    private static int draw(List<Member> left, double random) {
        long total = left.stream().mapToLong(Member::weight).sum();
        long at = (long) (random * total);
        int index = 0;
        while ((at -= left.get(index).weight()) >= 0) {
            index++;
        }
        return index;
    }
}
