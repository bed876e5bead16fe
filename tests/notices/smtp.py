"""A mail server in a thread, on a free port: it keeps what it takes and can be told to fail."""

import socketserver
import threading
import time


class Handler(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        server = self.server
        server.visits += 1
        if server.mood == "hang up":
            return
        while server.mood == "silent":
            time.sleep(0.02)
        time.sleep(server.takes)
        self.say("220 thu.example.vn")
        recipient = ""
        while line := self.rfile.readline():
            word = line.decode().strip()
            verb = word.upper()
            if verb.startswith("RCPT"):
                recipient = word.partition("<")[2].partition(">")[0]
                self.say(server.answers.get("RCPT", "250 ok"))
            elif verb == "DATA":
                self.say("354 go")
                self.take(recipient)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say(server.answers.get(verb.split()[0], "250 ok"))

    def take(self, recipient):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        answer = self.server.answers.get("DATA", "250 taken")
        if answer.startswith("250"):
            self.server.taken.append((recipient, b"".join(lines)))
        if self.server.mood == "dies after taking":
            return
        self.say(answer)


class MailServer(socketserver.ThreadingTCPServer):
    """`answers` by verb ("RCPT": "550 no"); `taken` pairs recipients with raw mails; it `takes`
    so many seconds before it says a word."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port=0, *, mood="", takes=0.0):
        super().__init__(("127.0.0.1", port), Handler)
        self.mood, self.answers, self.taken, self.visits = mood, {}, [], 0
        self.takes = takes
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    @property
    def port(self):
        return self.server_address[1]

    def stop(self):
        self.mood = "hang up"  # a silent one lets go
        self.shutdown()
        self.thread.join(5)
        self.server_close()
