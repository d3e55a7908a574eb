package dev.postern.server.http;

import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Ranges of IP addresses, such as {@code 127.0.0.1} or {@code 10.0.0.0/8}. An IPv4 address within IPv6 is the IPv4 address. Immutable. */
public final class AddressRanges {
    /** No addresses. */
    public static final AddressRanges NONE = new AddressRanges(List.of());

    private final List<Range> ranges;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Range(byte[] network, int bits) {
        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            int whole = bits / 8;
            if (!Arrays.equals(address, 0, whole, network, 0, whole)) {
                return false;
            }
            int mask = 0xff00 >> bits % 8 & 0xff;
            return mask == 0 || (address[whole] & mask) == (network[whole] & mask);
        }
    }

    private AddressRanges(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /** The ranges of these texts; empty if one of them is not an address, or has a length that its address cannot have. */
    public static Optional<AddressRanges> parse(List<String> texts) {
        List<Range> ranges = new ArrayList<>();
        for (String text : texts) {
            int slash = text.indexOf('/');
            Optional<byte[]> network = address(slash < 0 ? text : text.substring(0, slash));
            if (network.isEmpty()) {
                return Optional.empty();
            }
            int most = network.get().length * 8;
            String length = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
            if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > most) {
                return Optional.empty();
            }
            ranges.add(new Range(network.get(), Integer.parseInt(length)));
        }
        return Optional.of(new AddressRanges(ranges));
    }

    /** Whether an address is in one of the ranges; false for a text that is not an address. No name is looked up. */
    public boolean contains(String address) {
        Optional<byte[]> bytes = ranges.isEmpty() ? Optional.empty() : address(address);
        return bytes.isPresent() && ranges.stream().anyMatch(range -> range.contains(bytes.get()));
    }

    /** Whether a text is an IP address. */
    static boolean isAddress(String text) {
        return address(text).isPresent();
    }

    private static Optional<byte[]> address(String text) {
        byte[] bytes = text.indexOf('%') >= 0 ? null : NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) {
            return Optional.empty();
        }
        boolean isMapped = bytes.length == 16 && bytes[10] == -1 && bytes[11] == -1;
        for (int i = 0; isMapped && i < 10; i++) {
            isMapped = bytes[i] == 0;
        }
        return Optional.of(isMapped ? Arrays.copyOfRange(bytes, 12, 16) : bytes);
    }
}
