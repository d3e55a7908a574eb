package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the INI format of AWS's two files: {@code [sections]} with fields {@code name = value}. Comments begin with
 * {@code #} or {@code ;} at the beginning of a line or after white space. Lines that are indented more than the field
 * before them are nested settings, which are ignored.
 */
final class ProfileFile {
    private final Path file;
    private final Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    private @Nullable Map<String, String> section;
    private int indent = Integer.MAX_VALUE; // of the last field; MAX_VALUE before the first field

    private ProfileFile(Path file) {
        this.file = file;
    }

    /**
     * The sections of a text. Section names have single spaces, field names are in lower case. Sections of the same
     * name are merged; for a field that comes twice, the last value applies.
     *
     * @param file the file of the text, for errors
     */
    static Map<String, Map<String, String>> sections(String text, Path file) {
        ProfileFile reader = new ProfileFile(file);
        String[] lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\\R", -1);
        for (int i = 0; i < lines.length; i++) {
            reader.line(lines[i], i + 1);
        }
        return reader.sections;
    }

    private void line(String line, int number) {
        String content = line.strip();
        if (content.isEmpty() || content.startsWith("#") || content.startsWith(";")) {
            return;
        }
        int at = line.indexOf(content.charAt(0));
        if (content.startsWith("[") && at <= indent) {
            section = sections.computeIfAbsent(name(content, number), name -> new LinkedHashMap<>());
            indent = Integer.MAX_VALUE;
        } else if (at <= indent) {
            field(content, number);
            indent = at;
        }
    }

    private String name(String content, int number) {
        int end = content.indexOf(']');
        String rest = content.substring(end + 1).strip();
        if (end < 0 || !(rest.isEmpty() || rest.startsWith("#") || rest.startsWith(";"))) {
            throw malformed(number, "begins a section but does not end it with ']'");
        }
        return content.substring(1, end).strip().replaceAll("\\s+", " ");
    }

    private void field(String content, int number) {
        int equals = content.indexOf('=');
        if (equals <= 0) {
            throw malformed(number, "is neither a [section] nor 'name = value'");
        }
        if (section == null) {
            throw malformed(number, "comes before the first [section]");
        }
        String value =
                content.substring(equals + 1).replaceFirst("\\s[#;].*$", "").strip();
        section.put(content.substring(0, equals).strip().toLowerCase(Locale.ROOT), value);
    }

    /** The failure for an invalid line. It does not quote the line, which may contain a key. */
    private LlmException malformed(int line, String defect) {
        return new LlmException(Kind.CONFIGURATION, "Line " + line + " of " + file + " " + defect + "; correct it.");
    }
}
