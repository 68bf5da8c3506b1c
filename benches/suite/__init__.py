"""The benches, a module a subject. `run.py` lists them; what they share is in `measure`, `tables` and `workshop`.

A subject is a module with a name, the figures that it makes, and one function:

    FIGURES = {"counter": "what `run.py SUBJECT.counter` measures", …}
    def measure(shop, figures): …    # yields Tables, each as soon as it is measured
"""
