package dev.postern.jdbc;

import java.util.List;

/** The SQL statements for conversations. The prefix of the table names was checked by {@link TablePrefix}. */
final class ConversationSql {
    /** How many sessions one transaction deletes at most, if their number is unknown. */
    private static final int BATCH = 500;

    final List<String> ddl;
    final String history;
    final String touchSession;
    final String addSession;
    final String lastTurn;
    final String addTurn;
    final String dropTurns;
    final String listSessions;
    final String latestSessions;
    final String oldSessions;
    final String dropSession;

    ConversationSql(String prefix) {
        String sessions = prefix + "sessions";
        String turns = prefix + "turns";
        String same = " WHERE agent_id = ? AND session_id = ?";
        String join = " JOIN " + turns + " t ON t.agent_id = s.agent_id AND t.session_id = s.session_id";
        history = "SELECT t.messages FROM " + sessions + " s" + join
                + " WHERE s.agent_id = ? AND s.session_id = ? AND t.turn_no > s.last_turn - ? ORDER BY t.turn_no";
        touchSession = "UPDATE " + sessions + " SET last_turn = last_turn + 1, last_activity ="
                + " CASE WHEN last_activity > ? THEN last_activity ELSE ? END" + same;
        addSession =
                "INSERT INTO " + sessions + " (agent_id, session_id, last_turn, last_activity) VALUES (?, ?, 1, ?)";
        lastTurn = "SELECT last_turn FROM " + sessions + same;
        addTurn = "INSERT INTO " + turns
                + " (agent_id, session_id, turn_no, message_count, messages) VALUES (?, ?, ?, ?, ?)";
        dropTurns = "DELETE FROM " + turns + same + " AND turn_no <= ?";
        String latest = " FROM " + sessions + " WHERE agent_id = ? ORDER BY last_activity DESC, session_id";
        listSessions = "SELECT s.session_id, s.last_activity, COUNT(*), SUM(t.message_count) FROM (SELECT * " + latest
                + " LIMIT ?) s" + join + " GROUP BY s.session_id, s.last_activity";
        latestSessions = "SELECT agent_id, session_id, last_turn" + latest;
        oldSessions = "SELECT agent_id, session_id, last_turn FROM " + sessions
                + " WHERE last_activity < ? ORDER BY last_activity, agent_id, session_id LIMIT " + BATCH;
        dropSession = "DELETE FROM " + sessions + same + " AND last_turn <= ?";
        ddl = List.of(
                "CREATE TABLE IF NOT EXISTS " + prefix + "sessions ("
                        + "agent_id VARCHAR(255) NOT NULL, "
                        + "session_id VARCHAR(255) NOT NULL, "
                        + "last_turn BIGINT NOT NULL, "
                        + "last_activity BIGINT NOT NULL, "
                        + "PRIMARY KEY (agent_id, session_id))",
                "CREATE TABLE IF NOT EXISTS " + prefix + "turns ("
                        + "agent_id VARCHAR(255) NOT NULL, "
                        + "session_id VARCHAR(255) NOT NULL, "
                        + "turn_no BIGINT NOT NULL, "
                        + "message_count INTEGER NOT NULL, "
                        + "messages TEXT NOT NULL, "
                        + "PRIMARY KEY (agent_id, session_id, turn_no))");
    }
}
