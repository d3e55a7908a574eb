/**
 * Stores in a database, over any {@code javax.sql.DataSource}: {@link dev.postern.jdbc.JdbcConversationMemory}, {@link
 * dev.postern.jdbc.JdbcMemoryStore} and, for agents that are created at run time, {@link
 * dev.postern.jdbc.JdbcAgentSpecStore}. The application adds the database's driver and should use a connection pool.
 *
 * <pre>{@code
 * JdbcConversationMemory conversations = JdbcConversationMemory.create(dataSource);
 * conversations.createTables();
 * }</pre>
 *
 * <p>The SQL is simple and is tested with H2 and PostgreSQL. Several processes can use one session or one namespace at
 * the same time: each change is one transaction, and a transaction that conflicts with another is repeated. Each
 * transaction takes a connection from the DataSource, with auto-commit on or off, and returns it unchanged. The
 * connection must not be part of a transaction of the application, because this package would commit that transaction.
 * The database's default isolation level suffices; stricter ones work, too.
 *
 * <p>Failures are {@link dev.postern.LlmException}s with the operation and the SQL state. Neither the exception nor its
 * cause contains stored data or the address of the database.
 */
@NullMarked
package dev.postern.jdbc;

import org.jspecify.annotations.NullMarked;
