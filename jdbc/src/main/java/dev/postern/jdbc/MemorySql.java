package dev.postern.jdbc;

import java.util.List;

/** The SQL statements for memories. The prefix of the table name was checked by {@link TablePrefix}. */
final class MemorySql {
    final List<String> ddl;
    final String change;
    final String count;
    final String add;
    final String get;
    final String search;
    final String delete;
    final String list;
    final String listChildren;
    final String namespaces;

    MemorySql(String prefix) {
        String memories = prefix + "memories";
        String select = "SELECT namespace, memory_key, content, source, updated_at FROM " + memories;
        String same = " WHERE namespace = ? AND memory_key = ?";
        String newestFirst = " ORDER BY updated_at DESC, memory_key, namespace";
        change = "UPDATE " + memories
                + " SET content = ?, folded_content = ?, content_length = ?, source = ?, updated_at = ?" + same;
        count = "SELECT COUNT(*) FROM " + memories + " WHERE namespace = ?";
        add = "INSERT INTO " + memories
                + " (content, folded_content, content_length, source, updated_at, namespace, memory_key)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)";
        get = select + same;
        search = select + " WHERE namespace = ? AND folded_content LIKE ? ESCAPE '!'"
                + " ORDER BY content_length, updated_at DESC, memory_key LIMIT ?";
        delete = "DELETE FROM " + memories + same;
        list = select + " WHERE namespace = ?" + newestFirst + " LIMIT ?";
        listChildren = select + " WHERE namespace LIKE ? ESCAPE '!'" + newestFirst;
        namespaces = "SELECT namespace, COUNT(*) FROM " + memories
                + " WHERE namespace = ? OR namespace LIKE ? ESCAPE '!' GROUP BY namespace ORDER BY namespace LIMIT ?";
        ddl = List.of("CREATE TABLE IF NOT EXISTS " + prefix + "memories ("
                + "namespace VARCHAR(255) NOT NULL, "
                + "memory_key VARCHAR(255) NOT NULL, "
                + "content TEXT NOT NULL, "
                + "folded_content TEXT NOT NULL, "
                + "content_length INTEGER NOT NULL, "
                + "source VARCHAR(1000) NOT NULL, "
                + "updated_at BIGINT NOT NULL, "
                + "PRIMARY KEY (namespace, memory_key))");
    }
}
