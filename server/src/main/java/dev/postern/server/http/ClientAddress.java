package dev.postern.server.http;

import java.util.ArrayList;
import java.util.List;

/** Finds the address of a client behind proxies. */
public final class ClientAddress {
    /** The entries that are looked at, the last ones first. */
    private static final int MAX_HOPS = 20;

    private ClientAddress() {}

    /**
     * The last address of the way that does not belong to a trusted proxy. A header of anybody else is not believed: each proxy
     * appends the address that it saw, so what is before the first address that is not a proxy's may be invented.
     *
     * @param peer the address at the other end of the connection
     * @param forwarded the values of {@code X-Forwarded-For}, in the order of their lines
     */
    public static String of(String peer, List<String> forwarded, AddressRanges proxies) {
        String client = peer;
        List<String> way = new ArrayList<>();
        forwarded.forEach(line -> way.addAll(List.of(line.split(",", -1))));
        int last = Math.max(0, way.size() - MAX_HOPS);
        for (int i = way.size() - 1; i >= last && proxies.contains(client); i--) {
            String before = withoutPort(way.get(i).strip());
            if (!AddressRanges.isAddress(before)) {
                return client;
            }
            client = before;
        }
        return client;
    }

    private static String withoutPort(String text) {
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            return end < 0 ? text : text.substring(1, end);
        }
        int colon = text.indexOf(':');
        return colon >= 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
    }
}
