package io.sketchstream.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A network between clients and a server on loopback that can be cut. What is sent meanwhile
/// arrives when it is mended, as with TCP: also what was sent by a client that has given up.
///
/// **Threads:** two for each connection; any may cut and mend. **Owns:** a port and the
/// connections.
public final class TcpProxy implements AutoCloseable {
  private static final int BUFFER_SIZE = 64 << 10;

  private final int target;
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition mended = lock.newCondition();
  private boolean cut;

  /// @param target port of the server; it may start later
  public TcpProxy(int target) {
    this.target = target;
    try {
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread _ = Thread.ofVirtual().name("proxy").start(this::accept);
  }

  /// Where clients connect, such as `127.0.0.1:40123`.
  public String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /// Nothing gets through from now on.
  public void cut() {
    lock.lock();
    try {
      cut = true;
    } finally {
      lock.unlock();
    }
  }

  /// All gets through, first what was held up.
  public void mend() {
    lock.lock();
    try {
      cut = false;
      mended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    mend();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        sockets.add(client);
        Thread _ = Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        return; // It was closed.
      }
    }
  }

  private void connect(Socket client) {
    try {
      awaitMended();
      Socket up = new Socket();
      sockets.add(up);
      up.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      Thread _ = Thread.ofVirtual().start(() -> pump(up, client));
      pump(client, up);
    } catch (IOException | InterruptedException e) {
      close(client);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_SIZE];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
        awaitMended();
        out.write(buffer, 0, size);
        out.flush();
      }
      awaitMended();
    } catch (IOException | InterruptedException e) {
      close(from); // One side is gone.
    } finally {
      close(to);
    }
  }

  private void awaitMended() throws InterruptedException {
    lock.lock();
    try {
      while (cut) {
        mended.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void close(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
