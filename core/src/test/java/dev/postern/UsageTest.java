package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class UsageTest {

    @Test
    void addsEachCountToItsOwnKind() {
        Usage one = new Usage(1, 2, OptionalLong.of(3), OptionalLong.of(4), OptionalLong.of(5));
        Usage other = new Usage(10, 20, OptionalLong.of(30), OptionalLong.of(40), OptionalLong.of(50));

        assertThat(one.plus(other))
                .isEqualTo(new Usage(11, 22, OptionalLong.of(33), OptionalLong.of(44), OptionalLong.of(55)));
    }

    @Test
    void keepsACountThatOnlyOneHas() {
        Usage one = new Usage(1, 2, OptionalLong.of(3), OptionalLong.empty(), OptionalLong.empty());
        Usage other = new Usage(10, 20, OptionalLong.empty(), OptionalLong.of(0), OptionalLong.empty());

        assertThat(one.plus(other))
                .isEqualTo(new Usage(11, 22, OptionalLong.of(3), OptionalLong.of(0), OptionalLong.empty()))
                .isEqualTo(other.plus(one));
    }

    @Test
    void totalsInputAndOutput() {
        assertThat(Usage.of(15, 8).totalTokens()).isEqualTo(23);
    }
}
