poll();
