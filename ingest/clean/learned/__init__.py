"""What repeats on a publisher's pages: counted, proposed as chrome, accepted as rules; and its usual share of body."""
