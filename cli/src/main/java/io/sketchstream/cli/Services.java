package io.sketchstream.cli;

/// The services behind one address, which may be several processes.
///
/// **Owns:** their connections, until [#close].
///
/// @param query the server that was named
/// @param kafka addresses of the brokers; empty when the server does not say
record Services(Server query, Server ingest, Server training, String kafka)
    implements AutoCloseable {
  @Override
  public void close() {
    query.close();
    ingest.close();
    training.close();
  }
}
