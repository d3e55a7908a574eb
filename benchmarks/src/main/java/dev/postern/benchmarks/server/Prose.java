package dev.postern.benchmarks.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A text that the server repeats, cut into the pieces of a stream.
 *
 * <p>The pieces of {@link #WORDS} have {@value Script#PIECE} ASCII characters. The pieces of all other texts have the sizes of
 * {@link #SIZES}, as in recordings of real servers: three fifths of the events have at most 4 characters, and one in twenty has
 * more than 8. A Chinese piece has a third of that.
 */
public enum Prose {
    /** Short English words in ASCII, without anything to escape: the easiest text. */
    WORDS(" gate with many keys said word tool open"),

    /** English as models write it: typographic quotes, dashes, apostrophes, line ends, an accent. */
    ENGLISH("""
            The short answer is “yes” — but it’s worth knowing why. A gateway keeps one connection open for each \
            stream, and it doesn’t wait for the whole reply: every piece is passed on as soon as it arrives.

            **What changes for you**

            1. Your client reads the “delta” of each event – usually one token, sometimes two or three.
            2. The last event says why the model stopped, and how many tokens were used.
            3. If the connection breaks, you’ve still got everything up to that point; it isn’t thrown away…

            Don’t treat a pause as an error. Models often “think” for 10–20 seconds before the first word, and a \
            naïve timeout would cancel a request that is about to succeed. As one team put it: "We raised the limit \
            once, and the tickets stopped." That’s the whole trick — patience, and a retry that waits a little longer \
            each time.
            """),

    /** German, with umlauts, low quotes and dashes. */
    GERMAN("""
            Die kurze Antwort lautet „ja“ – aber es lohnt sich, den Grund zu kennen. Ein Gateway hält für jeden Strom \
            eine Verbindung offen und wartet nicht auf die vollständige Antwort: Jedes Stück wird weitergegeben, \
            sobald es eintrifft.

            **Was sich für Sie ändert**

            1. Ihr Programm liest das „Delta“ jedes Ereignisses, meist ein Wort oder eine Silbe.
            2. Das letzte Ereignis nennt den Grund für das Ende und die Zahl der verbrauchten Token.
            3. Bricht die Verbindung ab, so bleibt alles erhalten, was bis dahin ankam.

            Eine Pause ist übrigens kein Fehler. Größere Modelle überlegen häufig zehn bis zwanzig Sekunden, bevor \
            sie das erste Wort schreiben; eine zu kurze Frist würde die Anfrage grundlos abbrechen. Außerdem \
            hilft es, zwischen zwei Versuchen ein wenig länger zu warten – möglichst jedes Mal.
            """),

    /** Chinese; each character has three bytes. */
    CHINESE("""
            简单来说，答案是“可以”，不过了解原因会更有帮助。网关为每个数据流保持一个连接，并且不会等待完整的回复：\
            每一段文字到达之后都会立即转发给客户端。

            **对您来说有什么变化**

            1. 客户端读取每个事件中的增量，通常是一个词，有时是两三个字。
            2. 最后一个事件说明模型停止的原因，以及一共使用了多少个令牌。
            3. 如果连接中断，此前收到的内容仍然保留，不会丢失。

            请不要把短暂的停顿当作错误。较大的模型在写出第一个字之前，往往需要思考十到二十秒；时间限制过短，\
            就会取消本来即将成功的请求。另外，每次重试之前多等一会儿，通常就能解决问题。
            """),

    /** A program: indentation, quotes and backslashes, which JSON escapes. */
    CODE("""
            ```java
            import java.nio.file.Files;
            import java.nio.file.Path;

            final class Names {
            	private static final String PATTERN = "\\\\s*\\"([^\\"\\\\\\\\]+)\\"\\\\s*:";

            	static String quoted(String name) {
            		if (name.isEmpty()) {
            			return "\\"\\"";
            		}
            		return "\\"" + name.replace("\\\\", "\\\\\\\\").replace("\\"", "\\\\\\"") + "\\"\\n";
            	}

            	public static void main(String[] args) throws Exception {
            		Path file = Path.of("C:\\\\data\\\\names.json");
            		for (String line : Files.readAllLines(file)) {
            			System.out.printf("%s\\t%d%n", quoted(line.strip()), line.length());
            		}
            	}
            }
            ```
            """),

    /** A chat with emoji: characters of four bytes, some of several code points. */
    EMOJI("""
            🎉 Great news, your trip is booked! ✈️ Here’s the plan:

            🗓️ **Friday** – arrive around 18:00, check in 🏨 and have dinner by the river 🍝🍷
            ☀️ **Saturday** – the old town 🏰, then the market 🧀🥖 (bring a bag 👜!)
            🚲 **Sunday** – a bike ride along the lake 🌊, with a swim if it’s warm enough 🏊‍♀️

            💡 Tip: the weather may change quickly ⛅🌧️, so pack a jacket 🧥. Anything else I can do for you? 😊👍🏽
            """);

    private static final int[] SIZES = {3, 1, 5, 2, 8, 3, 4, 6, 1, 2, 3, 8, 5, 1, 4, 2, 7, 3, 6, 11};

    private final String text;

    Prose(String text) {
        this.text = text;
    }

    /** The text of this name, in lower case. */
    static Prose named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** The text once, in pieces. No piece ends inside a character. */
    List<String> pieces() {
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int size = SIZES[pieces.size() % SIZES.length];
            int wanted = switch (this) {
                case WORDS -> Script.PIECE;
                case CHINESE -> (size + 2) / 3;
                default -> size;
            };
            int to = Math.min(text.length(), from + wanted);
            if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
                to++;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        return List.copyOf(pieces);
    }

    /** The text, repeated and cut to at most this number of bytes in UTF-8. */
    String repeated(int bytes) {
        StringBuilder all = new StringBuilder();
        int size = 0;
        for (int i = 0; ; ) {
            int point = text.codePointAt(i);
            size += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (size > bytes) {
                return all.toString();
            }
            all.appendCodePoint(point);
            i = (i + Character.charCount(point)) % text.length();
        }
    }
}
