print("gansh")
